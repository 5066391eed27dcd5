import { describe, expect, it } from 'vitest';
import { noAttributes, noGeometry } from '../../src-shared/domain/slice.ts';
import {
  acquisitionTexts,
  patientTexts,
  sizeText,
  sourceBadge,
  studyTexts,
  windowText,
} from './overlayTexts.ts';
import { tinySlice as slice } from './tinySlice.ts';

describe('sourceBadge', () => {
  it('warns of what a source lacks', () => {
    expect(sourceBadge(slice)).toBeNull();
    expect(sourceBadge({ ...slice, geometry: noGeometry })).toBe('No geometry');
    expect(sourceBadge({ ...slice, geometry: { ...slice.geometry, pixelSpacingMm: [0, 0] } })).toBe(
      'No scale',
    );
    const unoriented = { ...slice.geometry, imageOrientationPatient: null };
    expect(sourceBadge({ ...slice, geometry: unoriented })).toBe('No orientation');
    expect(sourceBadge({ ...slice, attributes: { ...noAttributes, lossyImageCompression: '01' } })).toBe(
      'Lossy',
    );
  });

  it('says of pictures what became of them', () => {
    const picture = { ...slice, geometry: noGeometry, bitsStored: 8 };
    expect(sourceBadge({ ...picture, format: 'jpeg' })).toBe('Lossy, no geometry');
    expect(sourceBadge({ ...picture, format: 'png' })).toBe('8 bits only, no geometry');
    expect(sourceBadge({ ...picture, format: 'webp' })).toBe('Perhaps lossy, no geometry');
    expect(sourceBadge({ ...picture, format: 'tiff', bitsStored: 16 })).toBe('No geometry');
  });
});

describe('corner texts', () => {
  const attributes = {
    ...noAttributes,
    patientName: 'Doe, Jane',
    patientId: 'P7',
    patientBirthDate: '19700203',
    patientSex: 'F',
    studyDate: '20260102',
    seriesDescription: 'T1 axial',
    seriesNumber: 3,
    instanceNumber: 12,
    modality: 'MR',
  };

  it('name patient, study and series as far as the file does', () => {
    expect(patientTexts({ ...slice, attributes })).toEqual(['Doe, Jane', 'P7', 'born 3 Feb 1970, female']);
    expect(studyTexts({ ...slice, attributes })).toEqual(['2 Jan 2026', 'MR T1 axial', 'series 3, image 12']);
    expect([patientTexts(slice), studyTexts(slice), acquisitionTexts(slice)]).toEqual([[], [], []]);
  });

  it('tell the acquisition in the units of the field', () => {
    const acquisition = {
      repetitionTimeMs: 450.25,
      echoTimeMs: 12,
      inversionTimeMs: null,
      flipAngleDegrees: 90,
      magneticFieldStrengthT: 1.5,
      peakVoltageKv: null,
    };
    const geometry = { ...slice.geometry, sliceThicknessMm: 5 };
    expect(acquisitionTexts({ ...slice, acquisition, geometry })).toEqual([
      'TR 450.3  TE 12  FA 90',
      '1.5 T  slice 5 mm',
    ]);
  });
});

describe('texts', () => {
  it('give a window as many decimals as it needs', () => {
    expect(windowText({ center: 40, width: 80 })).toBe('C 40  W 80');
    expect(windowText({ center: 442.37, width: 884.61 })).toBe('C 442  W 885');
    expect(windowText({ center: 0.75, width: 1.5 })).toBe('C 0.750  W 1.500');
    expect(windowText({ center: 1.5, width: 1 + 1e-12 })).toBe('C 1.500000  W 1.000000');
  });

  it('give the size, with the spacing where there is one', () => {
    expect(sizeText(slice)).toBe('3 × 2 · 0.859 mm');
    expect(sizeText({ ...slice, geometry: { ...noGeometry, pixelSpacingMm: [2, 0.5] } })).toBe(
      '3 × 2 · 0.5 × 2 mm',
    );
    expect(sizeText({ ...slice, geometry: noGeometry })).toBe('3 × 2');
  });
});
