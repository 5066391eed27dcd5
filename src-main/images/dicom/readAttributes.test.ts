import { expect, test } from 'vitest';
import { writeFile } from '../../../tests/fixtures/dicom/writeElements.ts';
import { ElementReader } from './ElementReader.ts';
import { parseDicomFile } from './parseDicomFile.ts';
import { readAcquisition } from './readAcquisition.ts';
import { readAttributes, tidyPersonName } from './readAttributes.ts';

test.each([
  ['Doe^Jane', 'Doe, Jane'],
  ['Doe^Jane^Mary^Dr.^PhD', 'Doe, Dr. Jane Mary, PhD'],
  ['Doe^^^^', 'Doe'],
  ['^Jane', 'Jane'],
  ['ANONYMOUS', 'ANONYMOUS'],
  ['Yamada^Tarou=山田^太郎=やまだ^たろう', 'Yamada, Tarou'],
  ['=山田^太郎', '山田, 太郎'],
  ['^^^^', null],
  ['', null],
])('the name %s', (name, tidy) => {
  expect(tidyPersonName(name)).toBe(tidy);
});

test('text is decoded, bounded, and free of control characters', () => {
  const { dataSet } = parseDicomFile(
    writeFile([
      ['00080005', 'CS', 'ISO_IR 100'],
      ['00081030', 'LO', 'H\xe9ad\x00\r\n\x07T1 '],
      ['0008103e', 'LO', 'x'.repeat(5000)],
      ['00100010', 'PN', 'M\xfcller^Eva'],
      ['00100020', 'LO', '  '],
      ['00200011', 'IS', ' 12 '],
      ['00200013', 'IS', 'seven'],
    ]),
  );
  const attributes = readAttributes(new ElementReader(dataSet));
  expect(attributes).toMatchObject({
    studyDescription: 'Héad    T1',
    patientName: 'Müller, Eva',
    patientId: null,
    seriesNumber: 12,
    instanceNumber: null,
    modality: null,
  });
  expect(attributes.seriesDescription).toHaveLength(256);
});

test('the acquisition is read where the file tells it, and zero tells nothing', () => {
  const { dataSet } = parseDicomFile(
    writeFile([
      ['00180080', 'DS', '450.5 '],
      ['00180081', 'DS', '12'],
      ['00180082', 'DS', '0'],
      ['00180087', 'DS', '1.5'],
    ]),
  );
  expect(readAcquisition(new ElementReader(dataSet))).toEqual({
    repetitionTimeMs: 450.5,
    echoTimeMs: 12,
    inversionTimeMs: null,
    flipAngleDegrees: null,
    magneticFieldStrengthT: 1.5,
    peakVoltageKv: null,
  });
});
