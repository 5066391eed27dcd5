import { describe, expect, it } from 'vitest';
import type { ModelCard } from '../../src-shared/domain/modelCard.ts';
import {
  type DicomAttributes,
  type Slice,
  noAttributes,
  plainPicture,
} from '../../src-shared/domain/slice.ts';
import type { FoundPlane } from './findPlanes.ts';
import { warningsFor } from './warningsFor.ts';

const trusted = { isPrototype: false, temperature: 1.2, limits: [] as string[] } as ModelCard;

function slice(attributes: Partial<DicomAttributes>, samples = Uint8Array.from([0, 1, 2, 3])): Slice {
  return {
    ...plainPicture,
    fileName: 'a.dcm',
    format: 'dicom',
    rows: 2,
    columns: 2,
    attributes: { ...noAttributes, ...attributes },
    samples,
  };
}

const axial: FoundPlane = { plane: 'axial', source: 'orientation', probability: 1 };
const unknown: FoundPlane = { plane: null, source: null, probability: null };

const known = { wasSeen: false, isStranger: false, showsHead: true, isCutOut: false, hasText: false };

const codes = (...given: Parameters<typeof warningsFor>) => warningsFor(...given).map(({ code }) => code);

describe('warningsFor', () => {
  it('has nothing to say about a head MR in a known plane under a calibrated model', () => {
    expect(codes(slice({ modality: 'MR', bodyPartExamined: 'BRAIN' }), axial, trusted)).toEqual([]);
  });

  it.each([
    [{ modality: 'CT' }, 'not-mr'],
    [{ bodyPartExamined: 'KNEE' }, 'not-head'],
    [{ burnedInAnnotation: 'YES' }, 'burned-in-annotation'],
    [{ lossyImageCompression: '01' }, 'lossy-compression'],
  ] as const)('warns of %j', (attributes, code) => {
    expect(codes(slice(attributes), axial, trusted)).toEqual([code]);
  });

  it('warns of a blank slice, an unknown plane, a prototype and an uncalibrated model', () => {
    const prototype = { ...trusted, isPrototype: true, temperature: null };
    const blank = slice({}, new Uint8Array(4).fill(7));
    expect(codes(blank, unknown, prototype)).toEqual([
      'model-is-prototype',
      'slice-without-brain',
      'plane-unknown',
      'uncalibrated',
    ]);
  });

  it('warns of a picture that the model was trained on, and of one unlike all of those', () => {
    expect(codes(slice({}), axial, trusted, { ...known, wasSeen: true })).toEqual(['seen-in-training']);
    expect(codes(slice({ modality: 'CT' }), axial, trusted, { ...known, isStranger: true })).toEqual([
      'out-of-distribution',
      'not-mr',
    ]);
  });

  it('warns once where no head is found, also of a blank slice', () => {
    expect(codes(slice({}), axial, trusted, { ...known, showsHead: false })).toEqual(['slice-without-brain']);
    const blank = slice({}, new Uint8Array(4).fill(7));
    expect(codes(blank, axial, trusted, { ...known, showsHead: false })).toEqual(['slice-without-brain']);
  });

  it('warns of a part of a head', () => {
    expect(codes(slice({}), axial, trusted, { ...known, isCutOut: true })).toEqual(['heavy-crop']);
  });

  it('warns of a plane that the model guessed, not of one that it is sure of', () => {
    const guess = (probability: number): FoundPlane => ({ plane: 'coronal', source: 'model', probability });
    expect(codes(slice({}), guess(0.6), trusted)).toEqual([]);
    const [warning] = warningsFor(slice({}), guess(0.5912), trusted);
    expect(warning?.code).toBe('plane-uncertain');
    expect(warning?.message).toContain('coronal, but with 59% only');
  });
});
