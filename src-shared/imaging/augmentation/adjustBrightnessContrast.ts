import { clampGrey, withValues, type GreyPicture } from '../GreyPicture.ts';

/**
 * Contrast, then brightness, as albumentations means them.
 *
 *     v' = clamp((1 + c) v + 255 b, 0, 255)
 *
 * `b` is the brightness and `c` the contrast, each usually drawn from -0.2…0.2. This is what
 * `RandomBrightnessContrast(brightness_by_max=True)` computes from albumentations 0.4 to 2.0; its documentation
 * shows other formulas. Black stays black under contrast alone, and `RandomBrightness` (removed in 1.4) is c = 0.
 */
export function adjustBrightnessContrast(
  picture: GreyPicture,
  { brightness, contrast }: { brightness: number; contrast: number },
): GreyPicture {
  const { values } = picture;
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = clampGrey((1 + contrast) * values[i]! + 255 * brightness);
  return withValues(picture, out);
}
