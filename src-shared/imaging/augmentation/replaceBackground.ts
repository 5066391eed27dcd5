import { clampGrey, withValues, type GreyPicture } from '../GreyPicture.ts';
import type { RandomStream } from '../../statistics/RandomStream.ts';

/** What comes in the place of the background. */
export interface Background {
  level: number;
  /** Standard deviation of the noise on it, grey levels. */
  noise: number;
}

/**
 * Replaces everything outside the head, so that a network cannot learn a scanner's or a publisher's black.
 *
 * @param mask - 1 inside the head
 */
export function replaceBackground(
  picture: GreyPicture,
  mask: Uint8Array,
  { level, noise }: Background,
  random: RandomStream,
): GreyPicture {
  const { values } = picture;
  let outside = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i] === 0) outside++;
  const background = new Float32Array(outside).fill(level);
  if (noise > 0) random.addNormal(background, noise);
  const out = new Float32Array(values.length);
  for (let i = 0, next = 0; i < out.length; i++)
    out[i] = mask[i] === 0 ? clampGrey(background[next++]!) : values[i]!;
  return withValues(picture, out);
}
