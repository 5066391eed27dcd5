import type { Group, Optimiser } from './Optimiser.ts';

/** How much of the last step is kept, and whether the gradient is taken ahead of it. */
export interface MomentumSettings {
  momentum: number;
  isNesterov: boolean;
}

/**
 * Stochastic gradient descent with momentum (Polyak 1964; Sutskever et al., ICML 2013 for Nesterov's form), in the
 * arrangement of PyTorch, weight decay included in the gradient.
 *
 *     g ← g + λ w        u ← μ u + g        w ← w − η u        Nesterov: w ← w − η (g + μ u)
 *
 * `g` is the gradient, `η` the rate, `μ` the momentum, `λ` the group's weight decay.
 */
export class Momentum implements Optimiser {
  readonly state: readonly [velocity: Float32Array];
  readonly #groups: readonly Group[];
  readonly #settings: MomentumSettings;

  /** @param length - of the vectors; the groups lie inside */
  constructor(length: number, groups: readonly Group[], settings: MomentumSettings) {
    this.state = [new Float32Array(length)];
    this.#groups = groups;
    this.#settings = settings;
  }

  update(weights: Float32Array, gradients: Float32Array, _step: number, rate: number): void {
    const { momentum, isNesterov } = this.#settings;
    const [velocity] = this.state;
    for (const { offset, length, rateFactor, weightDecay } of this.#groups) {
      const groupRate = rate * rateFactor;
      if (groupRate === 0) continue;
      for (let i = offset; i < offset + length; i++) {
        const gradient = gradients[i]! + weightDecay * weights[i]!;
        const u = momentum * velocity[i]! + gradient;
        velocity[i] = u;
        weights[i] = weights[i]! - groupRate * (isNesterov ? gradient + momentum * u : u);
      }
    }
  }
}
