import { clampGrey, withValues, type GreyPicture } from '../GreyPicture.ts';

/**
 * Stretches a picture from its own dark end to its own bright end.
 *
 *     v' = clamp(255 (v - q(l)) / (q(h) - q(l)), 0, 255)
 *
 * `q` is the percentile of shares `l` and `h`, found in a histogram of whole levels. A picture of one level stays
 * as it is.
 */
export function stretchPercentiles(
  picture: GreyPicture,
  { low, high }: { low: number; high: number },
): GreyPicture {
  const { values } = picture;
  const counts = new Uint32Array(256);
  for (let i = 0; i < values.length; i++) counts[clampGrey(values[i]!) & 255]!++;
  const dark = levelOfShare(counts, low * values.length);
  const bright = levelOfShare(counts, high * values.length);
  if (bright <= dark) return picture;
  const gain = 255 / (bright - dark);
  return straightened(picture, gain, -dark * gain);
}

function levelOfShare(counts: Uint32Array, wanted: number): number {
  let seen = 0;
  const level = counts.findIndex((count) => (seen += count) > wanted);
  return level < 0 ? 255 : level;
}

/**
 * Shifts and scales a picture to a given mean and standard deviation over the head ("z-score", on the grey scale).
 *
 *     v' = clamp(m + s (v - mean) / deviation, 0, 255)   inside the mask; outside it the same line
 *
 * @param mask - 1 where the mean and the deviation are taken; null for the whole picture
 */
export function matchMoments(
  picture: GreyPicture,
  mask: Uint8Array | null,
  { mean: wantedMean, deviation: wantedDeviation }: { mean: number; deviation: number },
): GreyPicture {
  const { values } = picture;
  let [count, sum, squares] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    if (mask !== null && mask[i] === 0) continue;
    count++;
    sum += values[i]!;
    squares += values[i]! * values[i]!;
  }
  const mean = sum / count;
  const deviation = Math.sqrt(squares / count - mean * mean);
  if (!(deviation > 0)) return picture;
  const gain = wantedDeviation / deviation;
  return straightened(picture, gain, wantedMean - mean * gain);
}

/** Every value on the line v' = clamp(gain v + bias). */
function straightened(picture: GreyPicture, gain: number, bias: number): GreyPicture {
  const { values } = picture;
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = clampGrey(gain * values[i]! + bias);
  return withValues(picture, out);
}

const gammaSteps = 1024;

/**
 * Bends the tone curve: v' = 255 (v / 255)^γ. Above 1 darkens the middle, below 1 brightens it; black and white
 * stay. Read from a table of 1,024 steps, which is right to a quarter of a level for γ of 0.5 and more.
 */
export function bendTones(picture: GreyPicture, gamma: number): GreyPicture {
  const table = Float32Array.from({ length: gammaSteps + 1 }, (_, i) => 255 * (i / gammaSteps) ** gamma);
  const scale = gammaSteps / 255;
  const out = new Float32Array(picture.values.length);
  for (let i = 0; i < out.length; i++) out[i] = table[(clampGrey(picture.values[i]!) * scale + 0.5) | 0]!;
  return withValues(picture, out);
}
