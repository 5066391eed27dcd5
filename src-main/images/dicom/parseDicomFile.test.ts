import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { imageElements, us, writeElements, writeFile } from '../../../tests/fixtures/dicom/writeElements.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { openDicom } from './openDicom.ts';
import { parseDicomFile } from './parseDicomFile.ts';
import { tags } from './tags.ts';

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error.code;
    throw error;
  }
  return 'no error';
}

const deflatedSyntax = '1.2.840.10008.1.2.1.99';

test.each([
  ['OB', 0xfffffffe],
  ['UN', 0xfffffffe],
  ['LO', 0xfffe],
  ['SQ', 0xfffffff0],
  ['UN', 0xffffffff],
])('a %s of %i bytes is more than there is', (vr, length) => {
  const bytes = writeFile([...imageElements(2, 2), ['00290010', vr, 'abcd', length]]);
  expect(codeOf(() => openDicom(bytes, 'x'))).toMatch(/file-truncated|dicom-damaged|dicom-no-pixel-data/);
});

test('pixels of 4 GB are more than there is', () => {
  const bytes = writeFile([...imageElements(64, 64), ['7fe00010', 'OB', new Uint8Array(64), 0xfffffffe]]);
  expect(codeOf(() => openDicom(bytes, 'x'))).toBe('file-truncated');
});

test('sequences within sequences without end are refused', () => {
  const level = Buffer.concat([
    writeElements([['00081140', 'SQ', '', 0xffffffff]]),
    Buffer.from('feff00e0ffffffff', 'hex'),
  ]);
  const nested = Buffer.concat(Array.from({ length: 100_000 }, () => level));
  const bytes = Uint8Array.from(Buffer.concat([writeFile([]), nested]));
  expect(codeOf(() => parseDicomFile(bytes))).toBe('dicom-damaged');
});

test('millions of empty elements are refused before they fill the memory', () => {
  const bytes = writeFile([['00080008', 'CS', '']]);
  const element = writeElements([['00080008', 'CS', '']]);
  const many = Buffer.concat([bytes, Buffer.alloc(2_100_000 * element.length, element)]);
  expect(codeOf(() => parseDicomFile(Uint8Array.from(many)))).toBe('dicom-damaged');
});

test('a deflated part that is cut is truncated, one of garbage damaged', () => {
  const deflated = deflateRawSync(writeElements([...imageElements(2, 2), ['7fe00010', 'OB', 'abcd']]));
  const file = (part: Uint8Array) => Uint8Array.from(Buffer.concat([writeFile([], deflatedSyntax), part]));
  expect(parseDicomFile(file(deflated)).dataSet.string(tags.photometricInterpretation)).toBe('MONOCHROME2');
  expect(codeOf(() => parseDicomFile(file(deflated.subarray(0, -4))))).toBe('file-truncated');
  expect(codeOf(() => parseDicomFile(file(Buffer.alloc(64, 0xff))))).toBe('dicom-damaged');
});

test('64-bit representations do not throw the rest off', () => {
  const { dataSet } = parseDicomFile(
    writeFile([
      ['00089999', 'SV', new Uint8Array(8)],
      ['0018aaaa', 'UV', new Uint8Array(16)],
      ['00280010', 'US', us(7)],
    ]),
  );
  expect(dataSet.uint16(tags.rows)).toBe(7);
});

test('what follows the pixels does not matter', async () => {
  const complete = writeFile([...imageElements(2, 2), ['7fe00010', 'OB', 'abcd']]);
  const padded = Uint8Array.from(Buffer.concat([complete, Buffer.from('junk of odd length')]));
  expect(Array.from((await openDicom(padded, 'x').readSlice(0)).samples)).toEqual([97, 98, 99, 100]);
});

test('an explicit data set is read even where the file claims an implicit one', () => {
  const bytes = writeFile([['00280010', 'US', us(9)]], '1.2.840.10008.1.2');
  expect(parseDicomFile(bytes).dataSet.uint16(tags.rows)).toBe(9);
});

test.each([0, 1, 100, 131, 132, 140])('%i bytes are not DICOM or too few of it', (length) => {
  expect(codeOf(() => parseDicomFile(writeFile([]).slice(0, length)))).toMatch(
    /dicom-damaged|file-truncated/,
  );
});
