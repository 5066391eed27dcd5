import { describe, expect, test } from 'vitest';
import {
  imageElements,
  us,
  writeFile,
  type WrittenElement,
} from '../../../tests/fixtures/dicom/writeElements.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { openDicom } from './openDicom.ts';

/** The error of a 2×2 image with some elements replaced or left out. */
function failureWith(changes: Record<string, WrittenElement | null>, transferSyntaxUid?: string): unknown {
  const pixels: WrittenElement = ['7fe00010', 'OB', 'abcd'];
  const elements = [...imageElements(2, 2), pixels].flatMap((element) => {
    const change = changes[element[0]];
    if (change === null) return [];
    return [change ?? element];
  });
  for (const [tag, change] of Object.entries(changes)) {
    if (change !== null && !elements.some(([written]) => written === tag)) elements.splice(2, 0, change);
  }
  try {
    openDicom(writeFile(elements, transferSyntaxUid), 'scan.dcm');
  } catch (error) {
    if (error instanceof UserError) return { code: error.code, ...error.detail };
    throw error;
  }
  return null;
}

describe('refused by the header, before anything is allocated', () => {
  test.each([
    ['no pixels', { '7fe00010': null }, { code: 'dicom-no-pixel-data' }],
    ['no rows', { '00280010': null }, { code: 'dicom-no-pixel-data' }],
    ['one row', { '00280010': ['00280010', 'US', us(1)] }, { code: 'image-too-small', rows: 1, minimum: 2 }],
    ['no columns', { '00280011': ['00280011', 'US', us(0)] }, { code: 'image-too-small', columns: 0 }],
    [
      '20,000 rows',
      { '00280010': ['00280010', 'US', us(20_000)] },
      { code: 'image-too-large', rows: 20_000 },
    ],
    [
      'few pixels',
      { '00280010': ['00280010', 'US', us(3)] },
      { code: 'dicom-wrong-pixel-length', expected: 6, found: 4 },
    ],
    ['too many frames', { '00280008': ['00280008', 'IS', '100000'] }, { code: 'file-too-large' }],
    [
      'missing frames',
      { '00280008': ['00280008', 'IS', '3'] },
      { code: 'dicom-wrong-pixel-length', expected: 12 },
    ],
    ['12 bits allocated', { '00280100': ['00280100', 'US', us(12)] }, { code: 'dicom-damaged' }],
    ['colour in one sample', { '00280004': ['00280004', 'CS', 'RGB'] }, { code: 'dicom-damaged' }],
    [
      'CMYK',
      { '00280004': ['00280004', 'CS', 'CMYK'] },
      { code: 'dicom-unsupported-photometric-interpretation', photometricInterpretation: 'CMYK' },
    ],
    [
      'a palette without colours',
      { '00280004': ['00280004', 'CS', 'PALETTE COLOR'] },
      { code: 'dicom-unsupported-photometric-interpretation' },
    ],
  ] as [string, Record<string, WrittenElement | null>, object][])('%s', (_, changes, failure) => {
    expect(failureWith(changes)).toMatchObject({ file: 'scan.dcm', ...failure });
  });

  test.each([
    ['1.2.840.10008.1.2.4.110', 'JPEG XL Lossless'],
    ['1.2.840.10008.1.2.4.102', 'MPEG-4 AVC/H.264 High Profile / Level 4.1'],
    ['1.2.3.4', '1.2.3.4'],
  ])('transfer syntax %s by its name', (uid, transferSyntax) => {
    expect(failureWith({}, uid)).toMatchObject({ code: 'dicom-unsupported-transfer-syntax', transferSyntax });
  });
});

test.each([
  ['no frames', ['00280008', 'IS', '0']],
  ['words for a number of frames', ['00280008', 'IS', 'many']],
] as [string, WrittenElement][])('%s means one', (_, element) => {
  expect(failureWith({ '00280008': element })).toBeNull();
});
