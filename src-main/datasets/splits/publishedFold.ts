import { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';
import type { SplitFold } from './Split.ts';

/**
 * The published project's parts of n pictures, at random:
 *
 *     test = ceil(n / 10),   validation = floor(n / 5),   train = the rest
 *
 * which of its 3,264 pictures makes 2,285, 652 and 327. Positions are in ascending order within a part.
 */
export function publishedFold(count: number, seed: number): SplitFold {
  const order = new RandomStream(seed).shuffle(Array.from({ length: count }, (_, i) => i));
  const test = Math.ceil(count / 10);
  const validation = Math.floor(count / 5);
  const train = count - validation - test;
  const part = (from: number, to: number): number[] => order.slice(from, to).sort((a, b) => a - b);
  return {
    train: part(0, train),
    validation: part(train, train + validation),
    test: part(train + validation, count),
  };
}
