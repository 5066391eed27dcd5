import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { pixels, run, valueIn } from '../../../../tests/fixtures/dicom/deidentified.ts';
import { readFixture } from '../../../../tests/fixtures/dicom/readFixture.ts';
import { imageElements, writeElements, writeFile } from '../../../../tests/fixtures/dicom/writeElements.ts';
import { openDicom } from '../openDicom.ts';
import { parseDicomFile, type DicomFile } from '../parseDicomFile.ts';

/** The pixels as they lie in the file, each fragment by itself. */
function rawPixels({ dataSet }: DicomFile): Buffer[] {
  const element = dataSet.elements['x7fe00010'];
  if (element === undefined) return [];
  const parts = element.fragments ?? [{ position: element.dataOffset, length: element.length }];
  return parts.map(({ position, length }) =>
    Buffer.from(dataSet.byteArray.subarray(position, position + length)),
  );
}

const fixtures =
  `s12 s12-big-endian s12-deflated s12-implicit s12-jpeg-ls s12-rle s12-jpeg-2000 s12-no-preamble-implicit
  s12-no-preamble-explicit s12-no-preamble-big-endian enhanced enhanced-implicit fragments fragments-no-table frames
  frames-rle frames-jpeg-ls palette-16 rgb-planar u8-jpeg-baseline overlay modality-lut`.split(/\s+/);

test.each(fixtures)('%s: pixels and geometry are byte for byte as before', async (name) => {
  const before = readFixture(`${name}.dcm`);
  const { bytes, patient } = run(before);
  const [old, fresh] = [openDicom(before, 'a'), openDicom(Uint8Array.from(bytes), 'b')];
  expect(fresh.slices.length).toBe(old.slices.length);
  for (const [index, header] of fresh.slices.entries()) {
    const { geometry, window, transferSyntaxUid, rows } = old.slices[index] ?? header;
    expect(header).toMatchObject({ geometry, window, transferSyntaxUid, rows });
    expect(header.attributes.patientName).toBe(patient);
    expect((await fresh.readSlice(index)).samples).toEqual((await old.readSlice(index)).samples);
  }
  const [was, is] = [parseDicomFile(before), parseDicomFile(bytes)];
  expect(is.encoding).toBe(was.encoding);
  expect(rawPixels(is)).toEqual(rawPixels(was));
  const tableOf = ({ dataSet }: DicomFile): unknown => dataSet.elements['x7fe00010']?.basicOffsetTable;
  expect(tableOf(is)).toEqual(tableOf(was));
});

test('a deflated data set stays deflated', () => {
  const deflated = deflateRawSync(
    writeElements([['00100010', 'PN', 'Miller'], ...imageElements(2, 2), pixels]),
  );
  const start = writeFile([], '1.2.840.10008.1.2.1.99');
  const { bytes } = run(Uint8Array.from(Buffer.concat([start, deflated])));
  expect(valueIn(bytes, '00020010')).toBe('1.2.840.10008.1.2.1.99');
  expect(valueIn(bytes, '00100010')).toMatch(/^P-/);
  expect(bytes.length % 2).toBe(0);
});

test('items of undefined length in a big-endian file are treated as all others', () => {
  const { bytes } = run(readFixture('s12-big-endian.dcm'));
  expect(valueIn(bytes, '00020010')).toBe('1.2.840.10008.1.2.2');
  expect(bytes.includes('Fixture')).toBe(false);
});
