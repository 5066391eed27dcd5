import type { Recipe } from '../../../src-shared/domain/trainingRun.ts';
import { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';
import type { Network } from '../../network/mobileNetV2.ts';
import type { Batch } from '../StepEngine.ts';
import { streams } from './streams.ts';

/** What a batch is made of. */
export interface BatchParts {
  recipe: Pick<Recipe, 'seed' | 'labelSmoothing' | 'dropout' | 'mixup'>;
  network: Network;
  /** Augmented pictures, grey 0…255, [picture][row][column]; mixed in place. */
  images: Float32Array;
  /** Class index of each picture. */
  labels: readonly number[];
  /** Weight of each class in the loss. */
  classWeights: readonly number[];
  /** Steps done before this one; every draw depends on it. */
  step: number;
}

/**
 * A batch for the engine: smoothed targets, weights in the loss that sum to 1, dropout factors, pictures mixed.
 *
 *     t_c = (1 − ε) [c = label] + ε / C             (Szegedy et al., CVPR 2016, section 7)
 *     x ← λ x_i + (1 − λ) x_j,  t likewise          (mixup; one λ ~ Beta(α, α) a batch, j a shuffle of i)
 */
export function makeBatch({ recipe, network, images, labels, classWeights, step }: BatchParts): Batch {
  const { seed, labelSmoothing, dropout, mixup } = recipe;
  const { classes, featureChannels } = network;
  const count = labels.length;
  const targets = new Float32Array(count * classes).fill(labelSmoothing / classes);
  labels.forEach((label, i) => (targets[i * classes + label]! += 1 - labelSmoothing));
  const weights = Float32Array.from(labels, (label) => classWeights[label]!);
  if (mixup > 0) {
    const random = new RandomStream(seed, streams.mixup, step);
    const share = betaOf(mixup, random);
    const partners = random.shuffle([...labels.keys()]);
    for (const rows of [images.subarray(0, count * network.inputSize ** 2), targets, weights])
      mixRows(rows, share, partners);
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    count,
    images,
    targets,
    sampleWeights: weights.map((weight) => weight / total),
    dropout: dropoutFactors(count * featureChannels, dropout, new RandomStream(seed, streams.dropout, step)),
  };
}

/** Each row becomes `share` of itself and the rest of its partner's. */
function mixRows(rows: Float32Array, share: number, partners: readonly number[]): void {
  const length = rows.length / partners.length;
  const before = rows.slice();
  partners.forEach((partner, i) => {
    if (partner === i) return;
    for (let k = 0; k < length; k++)
      rows[i * length + k] = share * before[i * length + k]! + (1 - share) * before[partner * length + k]!;
  });
}

/** A draw from Beta(α, α), α at most 1 (Jöhnk 1964). */
function betaOf(alpha: number, random: RandomStream): number {
  for (;;) {
    const x = (1 - random.uniform()) ** (1 / alpha);
    const y = (1 - random.uniform()) ** (1 / alpha);
    if (x + y <= 1 && x + y > 0) return x / (x + y);
  }
}

/** 0 with the probability `rate`, else 1 / (1 − rate), so that the mean stays (Srivastava et al., JMLR 2014). */
function dropoutFactors(length: number, rate: number, random: RandomStream): Float32Array {
  if (rate === 0) return new Float32Array(length).fill(1);
  return Float32Array.from({ length }, () => (random.happens(rate) ? 0 : 1 / (1 - rate)));
}

/**
 * Weight of each class in the loss: 1, or with `balanced` n / (C n_c), whose mean over the pictures is 1. A class
 * without a picture has 0.
 */
export function classWeightsOf(
  kind: Recipe['classWeights'],
  labels: readonly number[],
  classes: number,
): number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (const label of labels) counts[label]! += 1;
  if (kind === 'none') return counts.map(() => 1);
  const present = counts.filter((count) => count > 0).length;
  return counts.map((count) => (count === 0 ? 0 : labels.length / (present * count)));
}
