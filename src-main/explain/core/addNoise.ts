import { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';

/** σ as a share of the picture's range of greys (Smilkov et al. 2017 recommend 0.1 to 0.2). */
const noiseLevel = 0.15;

/**
 * The picture with Gaussian noise, σ = 0.15 · (brightest − darkest). Not clipped, so that the noise has no mean. The
 * n-th sample of a seed is always the same, however many are drawn.
 */
export function addNoise(input: Float32Array, seed: number, sample: number): Float32Array<ArrayBuffer> {
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < input.length; i++) {
    least = Math.min(least, input[i]!);
    most = Math.max(most, input[i]!);
  }
  const noisy = Float32Array.from(input);
  new RandomStream(seed, sample).addNormal(noisy, noiseLevel * (most - least));
  return noisy;
}
