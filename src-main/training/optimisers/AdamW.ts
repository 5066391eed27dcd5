import type { Group, Optimiser } from './Optimiser.ts';

/** Decay rates of the two means, and the floor under the root. */
export interface AdamSettings {
  beta1: number;
  beta2: number;
  epsilon: number;
}

/** The values that Kingma & Ba recommend. */
export const usualAdamSettings: AdamSettings = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter, ICLR 2019, algorithm 2; Kingma & Ba, ICLR 2015 for λ = 0).
 *
 *     m ← β₁ m + (1 − β₁) g            v ← β₂ v + (1 − β₂) g²
 *     w ← w − η · ( m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε) + λ w )
 *
 * `g` is the gradient, `t` the step, `η` the rate, `λ` the group's weight decay (as in PyTorch, times the rate).
 */
export class AdamW implements Optimiser {
  readonly state: readonly [mean: Float32Array, square: Float32Array];
  readonly #groups: readonly Group[];
  readonly #settings: AdamSettings;

  /** @param length - of the vectors; the groups lie inside */
  constructor(length: number, groups: readonly Group[], settings: AdamSettings = usualAdamSettings) {
    this.state = [new Float32Array(length), new Float32Array(length)];
    this.#groups = groups;
    this.#settings = settings;
  }

  update(weights: Float32Array, gradients: Float32Array, step: number, rate: number): void {
    const { beta1, beta2, epsilon } = this.#settings;
    const [mean, square] = this.state;
    const rootCorrection = 1 / Math.sqrt(1 - beta2 ** step);
    for (const { offset, length, rateFactor, weightDecay } of this.#groups) {
      const groupRate = rate * rateFactor;
      if (groupRate === 0) continue;
      const meanFactor = groupRate / (1 - beta1 ** step);
      const keep = 1 - groupRate * weightDecay;
      for (let i = offset; i < offset + length; i++) {
        const gradient = gradients[i]!;
        const m = beta1 * mean[i]! + (1 - beta1) * gradient;
        const v = beta2 * square[i]! + (1 - beta2) * gradient * gradient;
        mean[i] = m;
        square[i] = v;
        weights[i] = keep * weights[i]! - (meanFactor * m) / (Math.sqrt(v) * rootCorrection + epsilon);
      }
    }
  }
}
