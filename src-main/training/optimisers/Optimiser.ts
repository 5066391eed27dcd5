/** One parameter's place in the vectors, and how it is to learn. */
export interface Group {
  offset: number;
  length: number;
  /** Times the step's learning rate; 0 leaves the numbers as they are. */
  rateFactor: number;
  /** Weight decay λ. */
  weightDecay: number;
}

/** Changes weights by their gradients, one step after the other. */
export interface Optimiser {
  /** Everything that must be kept to go on later exactly as without a break; the same arrays at every call. */
  readonly state: readonly Float32Array[];
  /**
   * @param step - 1 at the first step, which the corrections of Adam count
   * @param rate - the learning rate of this step
   */
  update(weights: Float32Array, gradients: Float32Array, step: number, rate: number): void;
}
