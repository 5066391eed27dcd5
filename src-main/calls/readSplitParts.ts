import type { ParsedInput } from '../../src-shared/contract/calls.ts';
import type { SplitParts } from '../../src-shared/domain/splitPlan.ts';
import { UserError } from '../../src-shared/errors.ts';
import { splitParts } from '../datasets/splits/Split.ts';
import type { DatasetStore } from '../datasets/workspace/DatasetStore.ts';
import { keptSplit } from '../datasets/workspace/keptSplit.ts';

/**
 * Which pictures of the workspace a fold of a kept split trains on, chooses by and tests on.
 *
 * @throws UserError 'saved-unknown', 'invalid-input' where the fold does not exist
 */
export function readSplitParts(
  workspace: DatasetStore,
  { dataset, item, fold }: ParsedInput<'readSplitParts'>,
): SplitParts {
  const split = keptSplit(workspace, dataset, item);
  const chosen = split.folds[fold];
  if (chosen === undefined)
    throw new UserError('invalid-input', { reason: `The split has ${split.folds.length} folds.` });
  const idOf = workspace.pictures.idsOf(dataset, split.pictures);
  const there = splitParts.flatMap((part, i) =>
    chosen[part].flatMap((position) => (idOf[position] === 0 ? [] : [[idOf[position]!, i + 1] as const])),
  );
  return { ids: Uint32Array.from(there, ([id]) => id), parts: Uint8Array.from(there, ([, part]) => part) };
}
