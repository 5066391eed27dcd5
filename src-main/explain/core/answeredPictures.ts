import type { SliceRegion } from '../../../src-shared/domain/analysis.ts';
import type { InferenceRequest, InferenceResult } from '../../../src-shared/domain/inference.ts';
import type { AnsweredPicture } from './Question.ts';

/**
 * What explanations start from, for each picture of a run that gave its last maps; views, not copies.
 *
 * @param request - what was run
 * @param regions - the part of its slice that each picture shows
 * @throws RangeError when the run gave no maps (a bug, not bad input)
 */
export function answeredPictures(
  { inputs, gradientAt = null }: Pick<InferenceRequest, 'inputs' | 'gradientAt'>,
  { logits, features, answerMaps }: InferenceResult,
  regions: readonly SliceRegion[],
): AnsweredPicture[] {
  if (features === null) throw new RangeError('the run gave no maps');
  return regions.map((region, index) => {
    const own = (values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> => {
      const length = values.length / regions.length;
      return values.subarray(index * length, (index + 1) * length);
    };
    const maps = answerMaps && {
      activations: own(answerMaps.activations),
      gradients: own(answerMaps.gradients),
    };
    return {
      input: own(inputs),
      region,
      logits: own(logits),
      features: own(features),
      answerMaps: maps && gradientAt !== null ? { place: gradientAt, maps } : null,
    };
  });
}
