import type { Plane, PlaneSource } from './plane.ts';
import type { ClassProbabilities, TumourClass } from './tumourClass.ts';

/** Execution providers of onnxruntime that we know how to probe; `cpu` is always there. */
export const providerNames = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const;

export type ProviderName = (typeof providerNames)[number];

/** A rectangle in a slice's own pixels; may have fractions and reach beyond the slice. */
export interface SliceRegion {
  top: number;
  left: number;
  height: number;
  width: number;
}

export const explanationMethods = [
  'cam',
  'grad-cam',
  'hires-cam',
  'xgrad-cam',
  'grad-cam++',
  'smooth-grad-cam++',
  'layer-cam',
  'eigen-cam',
  'score-cam',
  'ablation-cam',
  'finer-cam',
  'occlusion',
  'rise',
  'integrated-gradients',
  'smooth-grad',
] as const;

export type ExplanationMethod = (typeof explanationMethods)[number];

/** Where a map is taken: the last maps of 7×7, 14×14 or 28×28 cells, or the three fused. */
export const explanationLayers = ['7', '14', '28', 'fused'] as const;

export type ExplanationLayer = (typeof explanationLayers)[number];

/** One explanation of one class: values at layer size, after ReLU, before any scaling. */
export interface Heatmap {
  method: ExplanationMethod;
  /** Null for methods that work on the picture. */
  layer: ExplanationLayer | null;
  class: TumourClass;
  rows: number;
  columns: number;
  /** [row][column] */
  values: Float32Array<ArrayBuffer>;
  maximum: number;
  /** True when no value is above zero: "no positive evidence", a state of its own and not a blue picture. */
  isEmpty: boolean;
  /** The part of the slice that the map covers. */
  region: SliceRegion;
}

export const warningCodes = [
  'model-is-prototype',
  'plane-unknown',
  'plane-uncertain',
  'not-mr',
  'not-head',
  'out-of-distribution',
  'seen-in-training',
  'slice-without-brain',
  'heavy-crop',
  'burned-in-annotation',
  'lossy-compression',
  'provider-fell-back',
  'uncalibrated',
] as const;

export type WarningCode = (typeof warningCodes)[number];

export interface Warning {
  code: WarningCode;
  message: string;
}

/** How unlike the training data a slice is; `score` is null where the model carries no guard. */
export interface GuardResult {
  score: number | null;
  flagged: boolean;
}

/** One model run on one slice. */
export interface Analysis {
  class: TumourClass;
  /** Calibrated by the card's temperature, summing to 1. */
  probabilities: ClassProbabilities;
  /** The classes that remain at 90 % coverage, most likely first. */
  classSet: TumourClass[];
  plane: Plane | null;
  planeSource: PlaneSource | null;
  /** 1 where the header gives the plane. */
  planeProbability: number | null;
  /** Name of the model's folder. */
  model: string;
  /** SHA-256 of model.onnx. */
  modelFingerprint: string;
  provider: ProviderName;
  guard: GuardResult;
  /** Wall time from bytes in memory to probabilities, milliseconds. */
  elapsedMs: number;
  warnings: Warning[];
  heatmap: Heatmap | null;
}

/** What the other model said of the same slice: the combined one beside the plane's own, or the other way round. */
export type SecondOpinion = Pick<Analysis, 'class' | 'probabilities' | 'model' | 'modelFingerprint'>;

/** What of an analysis a second opinion is. */
export function opinionOf({
  class: answer,
  probabilities,
  model,
  modelFingerprint,
}: Analysis): SecondOpinion {
  return { class: answer, probabilities, model, modelFingerprint };
}
