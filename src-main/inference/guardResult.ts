import type { GuardResult } from '../../src-shared/domain/analysis.ts';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import { guardOutline } from '../../src-shared/statistics/guard/guardOutline.ts';
import { guardScore } from '../../src-shared/statistics/guard/guardScore.ts';
import { regionMeans } from '../../src-shared/statistics/guard/regionMeans.ts';

/** What is said where a model has no guard. */
export const unguarded: GuardResult = { score: null, flagged: false };

/** For guards of version 1: finding a picture's outline takes longer than all the rest. */
const noOutline = new Float32Array(0);

/**
 * How unlike the training pictures a picture is, by the model's last feature maps and the picture itself; above the
 * card's threshold it is flagged.
 *
 * @param features - of one picture, [channel][row][column]
 * @param values - what the model was given for it, [row][column]
 */
export function guardResult(
  features: Float32Array,
  values: Float32Array<ArrayBuffer>,
  model: LoadedModel,
): GuardResult {
  const { guard } = model;
  return guard === null ? unguarded : guardResultOfMeans(regionMeans(features, guard.shape), values, model);
}

/**
 * The same from the means of the feature maps.
 *
 * @param means - of one picture, as `regionMeans` gives them
 */
export function guardResultOfMeans(
  means: Float32Array,
  values: Float32Array<ArrayBuffer>,
  { guard, card }: LoadedModel,
): GuardResult {
  if (guard === null || card.guard === null) return unguarded;
  const side = card.architecture.inputSize;
  const input = { rows: side, columns: side, values };
  const outline = guard.outline === null ? noOutline : guardOutline(input);
  const score = guardScore({ means, outline }, guard);
  // Maps that are no numbers are no brain.
  return { score: Number.isFinite(score) ? score : null, flagged: !(score <= card.guard.threshold) };
}
