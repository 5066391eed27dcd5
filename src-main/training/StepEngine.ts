/** Pictures with what is to be learnt of them; arrays are [picture][…], as many pictures as `count`. */
export interface Batch {
  count: number;
  /** Grey values 0…255, [picture][row][column]. */
  images: Float32Array;
  /** A probability for each class, [picture][class]; one-hot, smoothed or mixed. */
  targets: Float32Array;
  /** The picture's share in the loss; in a plain mean each has 1 / count. */
  sampleWeights: Float32Array;
  /** Factors on the pooled features, [picture][feature]: 0 or 1 / (1 − rate); all 1 without dropout. */
  dropout: Float32Array;
}

/** What a step finds before anything is changed. */
export interface StepResult {
  /** `Σ sampleWeight · cross-entropy` over the batch. */
  loss: number;
  /** [picture][class] */
  logits: Float32Array;
}

/**
 * Computes losses and gradients; loop, optimiser, checkpoints and metrics do not know by what means.
 *
 * `weights` and `gradients` are vectors in the order of `ParameterVector`. Whoever changes `weights` between two
 * calls has changed the network; frozen parameters keep a gradient of 0.
 */
export interface StepEngine {
  /** Identifies the engine in run files: `onnx` or `tfjs`. */
  readonly name: string;
  readonly weights: Float32Array;
  /** Written by `step`: ∂loss/∂weights. */
  readonly gradients: Float32Array;
  /** Loss, logits and gradients of a batch of any size from 1 up. */
  step(batch: Batch): Promise<StepResult>;
  /** Logits [picture][class] of pictures [picture][row][column], without dropout. */
  evaluate(images: Float32Array, count: number): Promise<Float32Array>;
  /** Ends its threads; the engine is of no use afterwards. */
  close(): Promise<void>;
}
