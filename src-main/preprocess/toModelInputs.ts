import type { SliceRegion } from '../../src-shared/domain/analysis.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import { toModelInput, type InputRule, type ModelInput } from './toModelInput.ts';

/** Of so many slices the last input is kept: as many as are under way at once in three batches of eight. */
const mostKept = 24;

interface Kept extends ModelInput {
  rule: string;
}

/** By slice, so that none is held longer than by others; emptied in the order of `turn`. */
const keptOf = new WeakMap<Slice, Kept>();
const turn: WeakRef<Slice>[] = [];

/**
 * What a model reads of several slices, one after another in one array. The models of an answer (of the plane, of the
 * tumour, of the second opinion) follow each other and read alike, so what was made for one is kept for the next.
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
  const regions = slices.map((slice, i) => {
    const { values, region } = keptInput(slice, rule);
    inputs.set(values, i * length);
    return region;
  });
  return { inputs, regions };
}

function keptInput(slice: Slice, rule: InputRule): ModelInput {
  const { id, version } = rule.preprocessing;
  const name = `${id} ${version ?? 1} ${rule.architecture.inputSize}`;
  const known = keptOf.get(slice);
  if (known?.rule === name) return known;
  const made = { ...toModelInput(slice, rule), rule: name };
  if (known === undefined) turn.push(new WeakRef(slice));
  keptOf.set(slice, made);
  const oldest = turn.length > mostKept ? turn.shift()?.deref() : undefined;
  if (oldest !== undefined) keptOf.delete(oldest);
  return made;
}
