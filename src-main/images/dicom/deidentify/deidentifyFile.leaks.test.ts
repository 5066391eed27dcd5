import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../../src-shared/statistics/RandomStream.ts';
import { file, mrImage, run, sequence, valueIn } from '../../../../tests/fixtures/dicom/deidentified.ts';
import {
  imageElements,
  writeElements,
  writeFile,
  type WrittenElement,
} from '../../../../tests/fixtures/dicom/writeElements.ts';
import { parseDicomFile } from '../parseDicomFile.ts';
import { attributeTable } from './attributeTable.ts';

describe('what a file says elsewhere about its patient', () => {
  const named = (...elements: WrittenElement[]): Buffer =>
    run(file(['00100010', 'PN', 'Miller^Ann Li'], ['00100020', 'LO', '12345678'], ...elements)).bytes;

  test.each<[string, WrittenElement]>([
    ['a name in a text that stays', ['00180024', 'SH', 'miller tse']],
    ['a name within a word', ['00180024', 'SH', 'tseMILLER1']],
    ['a number in a text', ['00181020', 'LO', 'v12345678']],
    ['a number in the place of another', ['00200011', 'IS', '12345678']],
    ['a name among bytes', ['00281201', 'OW', '\0\x01\x02Miller\x03']],
    ['a name in a code', ['00080008', 'CS', 'ORIGINAL\\MILLER']],
    ['a name as a UID', ['00080016', 'UI', 'Miller.1']],
  ])('%s goes', (_, element) => {
    const bytes = named(element);
    expect(bytes.toString('latin1')).not.toMatch(/miller|12345678/i);
  });

  test('a word that only looks alike stays', () => {
    expect(valueIn(named(['00180024', 'SH', 'Milling']), '00180024')).toBe('Milling');
  });

  test('a name in the pixels is refused', () => {
    const comment = writeFile([
      ['00100010', 'PN', 'Miller^Ann'],
      ...imageElements(4, 4),
      ['7fe00010', 'OB', 'xxxxxMillerxxxxx'],
    ]);
    expect(() => run(comment)).toThrow(expect.objectContaining({ code: 'deidentification-unsafe' }) as Error);
  });

  test('names in Japanese are found without spaces around them', () => {
    const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');
    const bytes = run(
      file(
        ['00080005', 'CS', 'ISO_IR 192'],
        ['00100010', 'PN', utf8('Yamada^Tarou=山田^太郎')],
        ['00180024', 'SH', utf8('山田様')],
      ),
    ).bytes;
    expect(valueIn(bytes, '00180024')).toBe(null);
  });
});

test('no part of the original start of the file is kept', () => {
  const bytes = Buffer.from(file());
  bytes.write('Miller was here', 0, 'latin1');
  const meta = writeElements([['00020016', 'AE', 'MILLERS_PACS']]);
  const whole = Buffer.concat([bytes.subarray(0, 132), meta, bytes.subarray(132)]);
  const result = run(Uint8Array.from(whole)).bytes;
  expect(result.subarray(0, 128).every((byte) => byte === 0)).toBe(true);
  expect(result.includes('MILLER')).toBe(false);
  expect(valueIn(result, '00020016')).toBe(null);
  expect(valueIn(result, '00020010')).toBe('1.2.840.10008.1.2.1');
});

test('what follows the pixels goes', () => {
  const junk = writeElements([['fffcfffc', 'OB', 'padding of Miller']]);
  expect(run(Uint8Array.from(Buffer.concat([file(), junk]))).bytes.includes('Miller')).toBe(false);
});

test('an object without pixels is refused', () => {
  expect(() => run(writeFile([['00100010', 'PN', 'Miller']]))).toThrow(
    expect.objectContaining({ code: 'dicom-no-pixel-data' }) as Error,
  );
});

const letters = ['abcdefghijklmnopqrstuvwxyz', 'äöüßéèøñçåîàõúëï', 'bcdfgaeiou'];

/** A person who does not exist: five letters and more in each name, in one of three alphabets, and five digits or more. */
function invent(seed: number): { family: string; given: string; id: string; birthDate: string } {
  const random = new RandomStream(seed);
  const word = (alphabet: string): string =>
    Array.from({ length: 5 + random.integer(8) }, () => alphabet[random.integer(alphabet.length)] ?? '').join(
      '',
    );
  const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  const alphabet = letters[seed % letters.length] ?? '';
  return {
    family: capital(word(alphabet)),
    given: capital(word(alphabet)),
    id: String(10_000 + random.integer(900_000_000)),
    birthDate: `19${10 + random.integer(90)}0${1 + random.integer(9)}1${random.integer(10)}`,
  };
}

/** Every attribute of the standard, each with the text as its value, whatever kind of value it ought to have. */
function everywhere(text: string): WrittenElement[] {
  return attributeTable
    .trim()
    .split('\n')
    .map((line): WrittenElement => {
      const [tag = '', representations = ''] = line.split(' ');
      const representation = representations.split('/')[0] ?? '';
      if (representation !== 'SQ') return [tag, representation, text];
      return sequence(tag, [
        ['00090010', 'LO', text],
        ['00180024', 'SH', text],
        ['00281201', 'OW', text],
        ['00400275', 'SQ', ''],
      ]);
    })
    .filter(
      ([tag]) => !tag.startsWith('7fe0') && tag !== '00100010' && tag !== '00100020' && tag !== '00100030',
    );
}

const everything = {
  dates: 'shifted',
  keepsPatient: true,
  keepsDevice: true,
  keepsDescriptions: true,
} as const;

describe.each([
  ['the strictest options', {}],
  ['all options', everything],
])('with %s nothing of an invented patient is left in any attribute of the standard', (_, options) => {
  test.each(Array.from({ length: 3 }, (_, seed) => seed))('invented patient %i', (seed) => {
    const { family, given, id, birthDate } = invent(seed);
    const about: WrittenElement[] = [
      ['00100010', 'PN', `${family}^${given}`],
      ['00100020', 'LO', id],
      ['00100030', 'DA', birthDate],
    ];
    for (const part of [family, given, id, `${family}, ${given}`, birthDate]) {
      const { bytes } = run(file(...everywhere(part), ...about), options);
      const text = bytes.toString('latin1').toLowerCase();
      for (const secret of [family, given, id, birthDate]) expect(text).not.toContain(secret.toLowerCase());
    }
  });
});

test('of a file that is nothing but harmless values, those stay', () => {
  const bytes = run(file(['00080016', 'UI', mrImage], ...everywhere('12'))).bytes;
  expect(Object.keys(parseDicomFile(bytes).dataSet.elements).length).toBeGreaterThan(2000);
});
