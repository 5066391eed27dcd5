import type { SliceRegion } from '../../src-shared/domain/analysis.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import { toModelInput, type InputRule } from './toModelInput.ts';

/**
 * What a model reads of several slices, one after another in one array.
 *
 * @returns `inputs` as [slice][row][column], and of each slice the part that is shown
 * @throws UserError as `toModelInput`
 */
export function toModelInputs(
  slices: readonly Slice[],
  rule: InputRule,
): { inputs: Float32Array<ArrayBuffer>; regions: SliceRegion[] } {
  const length = rule.architecture.inputSize ** 2;
  const inputs = new Float32Array(slices.length * length);
  const regions = slices.map((slice, i) => toModelInput(slice, rule, inputs, i * length).region);
  return { inputs, regions };
}
