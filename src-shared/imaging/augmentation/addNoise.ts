import type { RandomStream } from '../../statistics/RandomStream.ts';
import { clampGrey, withValues, type GreyPicture } from '../GreyPicture.ts';

/** Adds Gaussian noise of a standard deviation in grey levels, independent for each pixel, and clamps. */
export function addNoise(picture: GreyPicture, sigma: number, random: RandomStream): GreyPicture {
  const out = picture.values.slice();
  random.addNormal(out, sigma);
  for (let i = 0; i < out.length; i++) out[i] = clampGrey(out[i]!);
  return withValues(picture, out);
}
