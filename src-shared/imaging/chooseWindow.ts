import type { DisplayWindow, Samples } from '../domain/slice.ts';
import { windowOfRange } from './windowRange.ts';

/** The shares of the values that may turn black and white. */
const lowShare = 0.005;
const highShare = 0.995;

/** A picture of this many samples is judged by every n-th, which moves a percentile by less than one grey level. */
const enoughSamples = 1 << 18;

interface Rescale {
  rescaleSlope: number;
  rescaleIntercept: number;
}

/**
 * A window for a picture that brings none: from the 0.5th to the 99.5th percentile of its values, so that
 * neither a bright vessel nor a dead pixel decides about the contrast of the rest.
 *
 *     q = v[ceil(p * n) - 1],  v sorted, n values, p the share
 *
 * Integers of up to 16 bits are counted in a histogram, others are sorted; values that are not finite do not
 * count. A picture of one value gets a window of one step, which shows it black.
 *
 * @param samples - stored values
 * @returns a window in modality values, of a width above 1
 */
export function chooseWindow(samples: Samples, { rescaleSlope, rescaleIntercept }: Rescale): DisplayWindow {
  const stored = samples.BYTES_PER_ELEMENT <= 2 ? countedRange(samples) : sortedRange(samples);
  const ends = [stored[0] * rescaleSlope + rescaleIntercept, stored[1] * rescaleSlope + rescaleIntercept];
  return windowOfRange({ low: Math.min(...ends), high: Math.max(...ends) });
}

function rank(share: number, count: number): number {
  return Math.max(1, Math.ceil(share * count));
}

function countedRange(samples: Samples): [number, number] {
  const isSigned = samples instanceof Int8Array || samples instanceof Int16Array;
  const values = 1 << (8 * samples.BYTES_PER_ELEMENT);
  const offset = isSigned ? values / 2 : 0;
  const counts = new Uint32Array(values);
  for (let i = 0; i < samples.length; i++) counts[samples[i]! + offset]!++;
  const atRank = (wanted: number): number => {
    let seen = 0;
    for (let value = 0; value < values; value++) {
      seen += counts[value]!;
      if (seen >= wanted) return value - offset;
    }
    return 0;
  };
  return [atRank(rank(lowShare, samples.length)), atRank(rank(highShare, samples.length))];
}

function sortedRange(samples: Samples): [number, number] {
  const step = Math.max(1, Math.floor(samples.length / enoughSamples));
  const sampled = new Float64Array(Math.ceil(samples.length / step));
  for (let i = 0; i < sampled.length; i++) sampled[i] = samples[i * step]!;
  const sorted = sampled.filter(Number.isFinite).sort();
  if (sorted.length === 0) return [0, 0];
  return [sorted[rank(lowShare, sorted.length) - 1]!, sorted[rank(highShare, sorted.length) - 1]!];
}
