import type { GreyPicture } from '../../imaging/GreyPicture.ts';
import { guardOutline } from './guardOutline.ts';
import type { GuardSample } from './guardScore.ts';
import { regionMeans, type MapShape } from './regionMeans.ts';

/**
 * What a guard judges of one picture.
 *
 * @param features - the model's last maps, [channel][row][column]
 * @param input - what the model was given
 */
export function guardSample(features: ArrayLike<number>, shape: MapShape, input: GreyPicture): GuardSample {
  return { means: regionMeans(features, shape), outline: guardOutline(input) };
}
