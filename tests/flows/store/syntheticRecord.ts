import type { AnalysisRecord, ReadingEntry } from '../../../src-main/cases/CaseStore.ts';
import type { Heatmap } from '../../../src-shared/domain/analysis.ts';
import {
  noAttributes,
  type DicomAttributes,
  type Samples,
  type Slice,
} from '../../../src-shared/domain/slice.ts';
import {
  mostLikelyClass,
  tumourClasses,
  type ClassProbabilities,
} from '../../../src-shared/domain/tumourClass.ts';

/** Numbers in [0, 1) that depend on the seed alone (mulberry32, Tommy Ettinger, public domain). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const size = 24;

/**
 * A record about an invented slice whose every value follows from its number, so that whoever reads it back
 * can tell whether it is whole. Ten consecutive numbers are one series of one patient.
 */
export function syntheticRecord(number: number, changes: SyntheticChanges = {}): AnalysisRecord {
  const random = randomNumbers(number);
  const samples = changes.samples ?? Int16Array.from({ length: size ** 2 }, () => random() * 4096 - 1024);
  const patient = Math.floor(number / 10);
  const slice: Slice = {
    fileName: `IM-${String(number).padStart(4, '0')}.dcm`,
    format: 'dicom',
    frame: null,
    volumePlane: null,
    isReformatted: false,
    rows: samples.length / size,
    columns: size,
    bitsStored: 12,
    rescaleSlope: 1,
    rescaleIntercept: -1024,
    isInverted: false,
    window: { center: 40.5, width: 400 },
    geometry: {
      pixelSpacingMm: [0.9, 0.9],
      imageOrientationPatient: [1, 0, 0, 0, 1, 0],
      imagePositionPatient: [-100, -120, (number % 10) * 5],
      sliceThicknessMm: 5,
    },
    transferSyntaxUid: '1.2.840.10008.1.2.1',
    ...changes.slice,
    attributes: {
      ...noAttributes,
      patientId: `ID${patient}`,
      patientName: `Família, Número ${patient}`,
      studyInstanceUid: `1.2.3.${patient}`,
      studyDate: '20240131',
      studyDescription: 'Schädel nativ',
      seriesInstanceUid: `1.2.3.${patient}.1`,
      seriesDescription: 't1_mprage sag',
      seriesNumber: 3,
      instanceNumber: number % 10,
      modality: 'MR',
      ...changes.attributes,
    },
    samples,
  };
  return {
    content: {
      fileHash: number.toString(16).padStart(64, '0'),
      frame: slice.frame,
      volumePlane: slice.volumePlane,
      ...changes.content,
    },
    slice,
    analysis: { ...syntheticAnalysis(random), ...changes.analysis },
  };
}

/** What differs from the record that the number alone gives. */
export interface SyntheticChanges {
  samples?: Samples;
  slice?: Partial<Omit<Slice, 'samples' | 'attributes'>>;
  attributes?: Partial<DicomAttributes>;
  content?: Partial<AnalysisRecord['content']>;
  analysis?: Partial<AnalysisRecord['analysis']>;
}

function syntheticAnalysis(random: () => number): AnalysisRecord['analysis'] {
  const weights = tumourClasses.map(() => random() + 1e-3);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const probabilities = Object.fromEntries(
    tumourClasses.map((name, index) => [name, (weights[index] as number) / sum]),
  ) as ClassProbabilities;
  const likeliest = mostLikelyClass(probabilities);
  const values = Float32Array.from({ length: 49 }, random);
  const heatmap: Heatmap = {
    method: 'grad-cam',
    layer: '7',
    class: likeliest,
    rows: 7,
    columns: 7,
    values,
    maximum: Math.max(...values),
    isEmpty: false,
    region: { top: -3.5, left: 1.25, height: size + 7.1, width: size - 2.125 },
  };
  return {
    class: likeliest,
    probabilities,
    classSet: [likeliest, 'no_tumor'],
    plane: 'axial',
    planeSource: 'orientation',
    planeProbability: 1,
    model: 'combined',
    modelFingerprint: 'f'.repeat(64),
    provider: 'cpu',
    guard: { score: null, flagged: false },
    elapsedMs: 12.75,
    warnings: [{ code: 'uncalibrated', message: 'The probabilities are not calibrated.' }],
    heatmap,
  };
}

/** A plain reading of a stored slice: a glioma, openly read. */
export function readingOf(slice: string, changes: Partial<ReadingEntry> = {}): ReadingEntry {
  return {
    scope: 'slice',
    slice,
    reader: 'Reader',
    finding: 'glioma_tumor',
    rejectedClass: null,
    otherFinding: '',
    confidence: null,
    text: '',
    isBlinded: false,
    ...changes,
  };
}
