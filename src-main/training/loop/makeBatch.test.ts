import { describe, expect, test } from 'vitest';
import { inventPictures, smallNetwork } from '../../../tests/fixtures/smallModel.ts';
import type { Batch } from '../StepEngine.ts';
import { classWeightsOf, makeBatch, type BatchParts } from './makeBatch.ts';

const area = smallNetwork.inputSize ** 2;
const labels = [0, 1, 3, 3, 2, 0, 1, 2];
const pictures = inventPictures(labels.length, smallNetwork.inputSize, 1);
const plain = { seed: 3, labelSmoothing: 0, dropout: 0, mixup: 0 };

function batchOf(recipe: Partial<BatchParts['recipe']>, others: Partial<BatchParts> = {}): Batch {
  return makeBatch({
    recipe: { ...plain, ...recipe },
    network: smallNetwork,
    images: pictures.slice(),
    labels,
    classWeights: [1, 1, 1, 1],
    step: 7,
    ...others,
  });
}

const rowOf = (values: Float32Array, row: number, length: number): Float32Array =>
  values.subarray(row * length, (row + 1) * length);
const sumOf = (values: Iterable<number>): number => [...values].reduce((sum, value) => sum + value, 0);

test('a plain batch: one-hot targets, equal shares, nothing dropped, pictures as they were', () => {
  const { count, images, targets, sampleWeights, dropout } = batchOf({});
  expect(count).toBe(8);
  expect(images).toEqual(pictures);
  labels.forEach((label, i) =>
    expect([...rowOf(targets, i, 4)]).toEqual([0, 1, 2, 3].map((c) => Number(c === label))),
  );
  expect([...sampleWeights]).toEqual(Array<number>(8).fill(1 / 8));
  expect(dropout).toEqual(new Float32Array(8 * smallNetwork.featureChannels).fill(1));
});

test('smoothed targets sum to 1', () => {
  const { targets } = batchOf({ labelSmoothing: 0.1 });
  labels.forEach((label, i) => {
    const row = rowOf(targets, i, 4);
    row.forEach((target, c) => expect(target).toBeCloseTo(c === label ? 0.925 : 0.025, 6));
    expect(sumOf(row)).toBeCloseTo(1, 6);
  });
});

test('class weights become shares that sum to 1', () => {
  const { sampleWeights } = batchOf({}, { classWeights: [3, 1, 1, 1] });
  // Two pictures of weight 3, six of weight 1.
  labels.forEach((label, i) => expect(sampleWeights[i]).toBeCloseTo((label === 0 ? 3 : 1) / 12, 6));
});

describe('dropout', () => {
  test('keeps the mean: a share is 0, the others are scaled up', () => {
    const { dropout } = batchOf({ dropout: 0.25 });
    expect(new Set(dropout)).toEqual(new Set([0, Math.fround(4 / 3)]));
    // 8 · 1280 draws: the mean's standard deviation is √(p / (1 − p) / n) = 0.0057.
    expect(Math.abs(sumOf(dropout) / dropout.length - 1)).toBeLessThan(0.025);
  });

  test('is drawn anew at every step, the same at the same', () => {
    const at = (step: number): Float32Array => batchOf({ dropout: 0.25 }, { step }).dropout;
    expect(at(8)).toEqual(at(8));
    expect(at(8)).not.toEqual(at(9));
  });
});

describe('mixup', () => {
  const mixed = batchOf({ mixup: 0.4 });

  test('mixes pictures and targets by the same share with the same partner', () => {
    let pairs = 0;
    for (let i = 0; i < labels.length; i++) {
      const target = rowOf(mixed.targets, i, 4);
      expect(sumOf(target)).toBeCloseTo(1, 6);
      const partners = [...labels.keys()].filter((j) => labels[j] !== labels[i] && target[labels[j]!]! > 0);
      if (partners.length === 0) continue;
      const share = target[labels[i]!]!;
      const own = rowOf(pictures, i, area);
      const found = rowOf(mixed.images, i, area);
      const errors = partners.map((j) => {
        const other = rowOf(pictures, j, area);
        return Math.max(
          ...found.map((grey, k) => Math.abs(grey - share * own[k]! - (1 - share) * other[k]!)),
        );
      });
      expect(Math.min(...errors)).toBeLessThan(1e-3);
      pairs++;
    }
    expect(pairs).toBeGreaterThan(2);
  });

  test('stays within the range of grey, and is a function of seed and step', () => {
    expect(Math.min(...mixed.images)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...mixed.images)).toBeLessThanOrEqual(255);
    expect(batchOf({ mixup: 0.4 })).toEqual(mixed);
    expect(batchOf({ mixup: 0.4 }, { step: 8 }).targets).not.toEqual(mixed.targets);
  });

  test('the share follows Beta(α, α): mean 1/2, variance 1 / (4 (2 α + 1))', () => {
    const twoLabels = [0, 1];
    const sharesOf = (alpha: number): number[] =>
      Array.from({ length: 2000 }, (_, step) => {
        const images = new Float32Array(2 * area);
        const { targets } = batchOf({ mixup: alpha }, { images, labels: twoLabels, step });
        return targets[0]!;
      }).filter((share) => share !== 1);
    for (const alpha of [0.5, 1]) {
      const shares = sharesOf(alpha);
      // The shuffle of two leaves half the batches unmixed.
      expect(Math.abs(shares.length - 1000)).toBeLessThan(120);
      const mean = sumOf(shares) / shares.length;
      const variance = sumOf(shares.map((share) => (share - mean) ** 2)) / shares.length;
      expect(Math.abs(mean - 0.5)).toBeLessThan(0.05);
      expect(Math.abs(variance - 1 / (4 * (2 * alpha + 1)))).toBeLessThan(0.015);
    }
  });
});

test('classWeightsOf: the inverse of the share, with mean 1 over the pictures; absent classes weigh nothing', () => {
  const many = [0, 0, 0, 0, 0, 0, 1, 1, 3];
  expect(classWeightsOf('none', many, 4)).toEqual([1, 1, 1, 1]);
  const weights = classWeightsOf('balanced', many, 4);
  expect(weights).toEqual([9 / (3 * 6), 9 / (3 * 2), 0, 9 / 3]);
  expect(sumOf(many.map((label) => weights[label]!)) / many.length).toBeCloseTo(1, 12);
});
