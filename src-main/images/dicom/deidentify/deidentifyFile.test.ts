import { describe, expect, test } from 'vitest';
import type { DeidentificationOptions } from '../../../../src-shared/domain/deidentification.ts';
import {
  file,
  mrImage,
  pseudonyms,
  run,
  sequence,
  valueIn,
} from '../../../../tests/fixtures/dicom/deidentified.ts';
import { us, type WrittenElement } from '../../../../tests/fixtures/dicom/writeElements.ts';
import { ElementReader } from '../ElementReader.ts';
import { parseDicomFile } from '../parseDicomFile.ts';

function after(element: WrittenElement, options: Partial<DeidentificationOptions> = {}): string | null {
  return valueIn(run(file(element), options).bytes, element[0]);
}

describe('the basic profile, in an MR slice', () => {
  test.each<[why: string, element: WrittenElement, expected: string | null]>([
    ['X', ['00081030', 'LO', 'Follow-up of Ms Miller'], null],
    ['X, a sequence', sequence('00101002', [['00100020', 'LO', 'H-1']]), null],
    ['Z', ['00080050', 'SH', 'A-4711'], ''],
    ['Z, a date', ['00080020', 'DA', '20260102'], ''],
    ['Z, a sequence', sequence('00400513', [['00400031', 'UT', 'x']]), ''],
    ['D', ['00400512', 'LO', 'Slide of Miller'], 'ANONYMIZED'],
    ['D, a date', ['00189074', 'DT', '20260102030405.6+0100'], '19000101000000'],
    ['X/Z', ['00080022', 'DA', '20260102'], null],
    ['X/D', ['00181030', 'LO', 'Knee of Miller'], null],
    ['X/Z/D', ['00080080', 'LO', 'St Mary'], null],
    ['Z/D', ['00080023', 'DA', '20260102'], ''],
    ['K', ['00180024', 'SH', '*tse2d1_3'], '*tse2d1_3'],
    ['a person whom the table does not name', ['00142006', 'PN', 'Smith^Ann'], null],
    ['free text that the table does not name', ['00480107', 'ST', 'Ms Miller, 52'], null],
    ['a date that the table does not name', ['00141020', 'DA', '20260102'], null],
    ['a private attribute', ['00291020', 'OB', 'CSA of Miller'], null],
    ['its owner', ['00290010', 'LO', 'SIEMENS CSA HEADER'], null],
    ['an attribute that nobody knows', ['00187777', 'LO', 'Miller'], null],
    ['an overlay', ['60003000', 'OW', 'text'], null],
    ['its size', ['60000010', 'US', us(2)], null],
    ['a curve', ['50003000', 'OW', 'text'], null],
    ['a group length', ['00080000', 'UL', 'abcd'], null],
    ['a coded value', ['00180020', 'CS', 'SE\\IR'], 'SE\\IR'],
    ['a number', ['00180080', 'DS', '500.5'], '500.5'],
    ['a number that is none', ['00180080', 'DS', 'Miller'], null],
    ['a length in the place of a text', ['00180024', 'OB', 'Miller'], null],
    ['a text in the place of a number', ['00280120', 'LO', 'Miller'], null],
    ['a value of an unstated kind', ['00180024', 'UN', '*tse2d1_3'], '*tse2d1_3'],
  ])('%s', (_, element, expected) => {
    expect(after(element)).toBe(expected);
  });

  test('U: the same UID anywhere becomes the same new one, of DICOM’s own none does', () => {
    const { bytes } = run(
      file(
        ['00080018', 'UI', '1.2.3.4'],
        sequence('00081140', [
          ['00081150', 'UI', mrImage],
          ['00081155', 'UI', '1.2.3.4'],
        ]),
      ),
    );
    const uid = valueIn(bytes, '00080018');
    expect(uid).toMatch(/^2\.25\.[1-9]\d{20,38}$/);
    const [image] =
      new ElementReader(parseDicomFile(bytes).dataSet).dataSet.elements['x00081140']?.items ?? [];
    expect(image?.dataSet?.string('x00081155')).toBe(uid);
    expect(image?.dataSet?.string('x00081150')).toBe(mrImage);
    expect(valueIn(bytes, '00020003')).toBe(uid);
  });

  test('several UIDs in one value are replaced one by one', () => {
    const [first, second, third] = (after(['00083010', 'UI', '1.2.3\\1.2.4\\1.2.3']) ?? '').split('\\');
    expect(first).toMatch(/^2\.25\./);
    expect(third).toBe(first);
    expect(second).not.toBe(first);
  });
});

test('where an object is not a single picture of CT or MR, a choice of codes takes the safest value', () => {
  const enhanced: WrittenElement = ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.4.1'];
  const { bytes } = run(
    file(
      enhanced,
      ['00181000', 'LO', 'SN-17'],
      ['00080022', 'DA', '20260102'],
      ['0008002a', 'DT', '20260102'],
    ),
  );
  expect(valueIn(bytes, '00181000')).toBe('ANONYMIZED');
  expect(valueIn(bytes, '00080022')).toBe('');
  expect(valueIn(bytes, '0008002a')).toBe('19000101000000');
});

test('a dummy sequence keeps its shape and none of its values', () => {
  const secondary: WrittenElement = ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.88.11'];
  const content = sequence('0040a730', [
    ['0040a160', 'UT', 'Ms Miller is well'],
    sequence('0040a043', [['00080104', 'LO', 'Miller']]),
  ]);
  const { bytes } = run(file(secondary, content));
  expect(bytes.includes('Miller')).toBe(false);
  const item = parseDicomFile(bytes).dataSet.elements['x0040a730']?.items?.[0]?.dataSet;
  expect(item?.string('x0040a160')).toBe('ANONYMIZED');
  expect(item?.elements['x0040a043']?.items).toHaveLength(1);
});

describe('options', () => {
  test('dates of one patient move together, times stay', () => {
    const { bytes } = run(
      file(
        ['00100020', 'LO', 'H-1'],
        ['00080020', 'DA', '20240301'],
        ['00080021', 'DA', '20240229'],
        ['00080030', 'TM', '123456.789'],
        ['0008002a', 'DT', '20240301235959.5+0100'],
        ['00100030', 'DA', '19700101'],
      ),
      { dates: 'shifted' },
    );
    const days = pseudonyms.shiftDays(JSON.stringify(['patient', null, 'H-1']));
    const moved = (date: string): string =>
      new Date(Date.parse(date) - days * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
    expect(valueIn(bytes, '00080020')).toBe(moved('2024-03-01'));
    expect(valueIn(bytes, '00080021')).toBe(moved('2024-02-29'));
    expect(valueIn(bytes, '0008002a')).toBe(`${moved('2024-03-01')}235959.5`);
    expect(valueIn(bytes, '00080030')).toBe('123456.789');
    expect(valueIn(bytes, '00100030')).toBe('');
    expect(valueIn(bytes, '00280303')).toBe('MODIFIED');
  });

  test('a date that is none is not passed on as one', () => {
    expect(after(['00080020', 'DA', 'Miller'], { dates: 'shifted' })).toBe('');
    expect(after(['00080022', 'DA', '20260231'], { dates: 'shifted' })).toBe(null);
    expect(after(['00080030', 'TM', 'noon'], { dates: 'shifted' })).toBe('');
  });

  test.each([
    ['034Y', '034Y'],
    ['089Y', '089Y'],
    ['093Y', '090Y'],
    ['old', null],
  ])('an age of %s becomes %s', (age, expected) => {
    expect(after(['00101010', 'AS', age], { keepsPatient: true })).toBe(expected);
    expect(after(['00101010', 'AS', age])).toBe(null);
  });

  test('sex and scanner stay only where asked for', () => {
    expect(after(['00100040', 'CS', 'F'])).toBe('');
    expect(after(['00100040', 'CS', 'F'], { keepsPatient: true })).toBe('F');
    expect(after(['00081010', 'SH', 'MR2'])).toBe(null);
    expect(after(['00081010', 'SH', 'MR2'], { keepsDevice: true })).toBe('MR2');
  });

  test('of descriptions only words of technique stay', () => {
    const keepsDescriptions = { keepsDescriptions: true };
    expect(after(['0008103e', 'LO', 'AX T1 post Gd, Mrs Miller 3mm'], keepsDescriptions)).toBe(
      'AX T1 POST GD 3MM',
    );
    expect(after(['0008103e', 'LO', 'for Dr Jones 12'], keepsDescriptions)).toBe(null);
  });
});

test('the method and its options are written into the file', () => {
  const { bytes } = run(file(), { keepsPatient: true });
  const { dataSet } = parseDicomFile(bytes);
  expect(dataSet.string('x00120062')).toBe('YES');
  expect(dataSet.string('x00120063')).toContain('PS3.15');
  expect(dataSet.elements['x00120064']?.items?.map(({ dataSet: code }) => code?.string('x00080100'))).toEqual(
    ['113100', '113108'],
  );
  expect(dataSet.string('x00280303')).toBe('REMOVED');
});

test('two files of a patient get one pseudonym, two patients two', () => {
  const [a, b, c] = ['H-1', 'H-1 ', 'H-2'].map((id) =>
    run(file(['00100020', 'LO', id], ['00100010', 'PN', 'A^B'])),
  );
  expect(valueIn(a?.bytes ?? new Uint8Array(), '00100010')).toBe(a?.patient);
  expect(b?.patient).toBe(a?.patient);
  expect(c?.patient).not.toBe(a?.patient);
  expect(a?.patient).toMatch(/^P-[2-9A-Z]{10}$/);
});
