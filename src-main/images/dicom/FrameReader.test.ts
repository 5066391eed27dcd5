import { expect, test } from 'vitest';
import { writeFile, type WrittenElement } from '../../../tests/fixtures/dicom/writeElements.ts';
import { ElementReader } from './ElementReader.ts';
import { FrameReader } from './FrameReader.ts';
import { parseDicomFile } from './parseDicomFile.ts';

function frameWith(...elements: WrittenElement[]): FrameReader {
  return new FrameReader(new ElementReader(parseDicomFile(writeFile(elements)).dataSet));
}

test.each([
  ['40', '400', { center: 40, width: 400 }],
  ['40\\50', '400\\80', { center: 40, width: 400 }],
  [' -1.5e2 ', ' 2 ', { center: -150, width: 2 }],
  ['0', '0', null],
  ['0', '1', null],
  ['0', '-5', null],
  ['40', '', null],
  ['40', 'wide', null],
  ['40', '1e999', null],
])('centre %s and width %s', (center, width, window) => {
  expect(frameWith(['00281050', 'DS', center], ['00281051', 'DS', width]).window(0)).toEqual(window);
});

test('all windows that can be used, with what they are for', () => {
  const frame = frameWith(
    ['00281050', 'DS', '40\\600\\50\\7'],
    ['00281051', 'DS', '80\\2800\\0\\3'],
    ['00281055', 'LO', 'BRAIN\\\\NONE'],
  );
  expect(frame.windows(0)).toEqual([
    { name: 'BRAIN', window: { center: 40, width: 80 } },
    { name: null, window: { center: 600, width: 2800 } },
    { name: null, window: { center: 7, width: 3 } },
  ]);
  expect(frameWith(['00280002', 'US', '\x01\0']).windows(0)).toEqual([]);
});

test.each([
  ['2', '-1024', { slope: 2, intercept: -1024 }],
  ['0', '5', { slope: 1, intercept: 5 }],
  ['x', 'y', { slope: 1, intercept: 0 }],
])('slope %s and intercept %s', (slope, intercept, rescale) => {
  expect(frameWith(['00281052', 'DS', intercept], ['00281053', 'DS', slope]).rescale(0)).toEqual(rescale);
});

test('geometry that says nothing is null', () => {
  const nothing = {
    pixelSpacingMm: null,
    imageOrientationPatient: null,
    imagePositionPatient: null,
    sliceThicknessMm: null,
  };
  expect(frameWith(['00280002', 'US', '\x01\0']).geometry(0)).toEqual(nothing);
  const useless = frameWith(
    ['00180050', 'DS', '0'],
    ['00200032', 'DS', '1\\2'],
    ['00200037', 'DS', '1\\0\\0\\1\\0\\0'],
    ['00280030', 'DS', '0.5\\0'],
  );
  expect(useless.geometry(0)).toEqual(nothing);
});
