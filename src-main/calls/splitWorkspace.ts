import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ParsedInput } from '../../src-shared/contract/calls.ts';
import type { SplitPlan } from '../../src-shared/domain/splitPlan.ts';
import { throwIfCancelled, UserError } from '../../src-shared/errors.ts';
import { groupingVersion } from '../datasets/groupPictures.ts';
import { makeGroupedSplit, makePublishedSplit } from '../datasets/splits/makeSplit.ts';
import { planOfFold } from '../datasets/splits/planOfSplit.ts';
import type { DatasetStore } from '../datasets/workspace/DatasetStore.ts';
import type { KeptComparison } from '../datasets/workspace/HygieneTable.ts';
import type { WorkspacePicture } from '../datasets/workspace/PictureTable.ts';
import { comparePictures } from './scanWorkspace.ts';
import type { JobContext } from './Jobs.ts';

/**
 * Splits pictures of the workspace by the groups that hygiene found, as `dataset split` would split their folder. Between
 * its parts others have their turn.
 *
 * @throws UserError 'invalid-input' where no picture has a class or the published split is to have folds;
 * 'saved-locked', 'cancelled'
 */
export async function splitWorkspace(
  workspace: DatasetStore,
  { dataset, filter, protocol, seed, folds, name }: ParsedInput<'makeSplit'>,
  context: Pick<JobContext, 'signal' | 'progress'>,
): Promise<SplitPlan> {
  if (protocol === 'published' && folds > 1)
    throw new UserError('invalid-input', { reason: 'The published split has one fold.' });
  const comparison = await comparePictures(workspace, dataset, context);
  const all = [...withoutThumbnails(workspace.pictures.describe({ dataset, filter, sort: 'path' }))];
  const pictures = all.filter((picture) => picture.class !== null);
  if (pictures.length === 0)
    throw new UserError('invalid-input', { reason: 'No picture has a class, so there is nothing to split.' });
  await nextTurn();
  const { copyOf, groupOf } = neighboursOf(pictures, comparison);
  const split =
    protocol === 'published'
      ? makePublishedSplit(pictures, seed)
      : makeGroupedSplit(pictures, { groupingVersion, groupOf }, { seed, folds });
  await nextTurn();
  const plans = split.folds.map((fold) => planOfFold(split, fold, { copyOf, groupOf }));
  await nextTurn();
  throwIfCancelled(context.signal);
  const saved = name === null ? null : workspace.saved.save(dataset, { kind: 'split', name, content: split });
  return {
    folds: plans,
    withoutClass: all.length - pictures.length,
    sha256: split.sha256,
    saved: saved?.id ?? null,
  };
}

/** The sets of copies and the groups that pictures of a comparison lie in, by their position in the list. */
export function neighboursOf(
  pictures: readonly Pick<WorkspacePicture, 'id'>[],
  { sets, groups }: KeptComparison,
): { copyOf: number[]; groupOf: number[] } {
  return {
    groupOf: positionsOf(pictures, new Map(groups)),
    copyOf: positionsOf(pictures, new Map(sets.copies.flatMap((set) => set.map((id) => [id, set[0]!])))),
  };
}

/** A split needs no looks; 100,000 pictures with theirs would be 300 MB. */
export function* withoutThumbnails(pictures: Iterable<WorkspacePicture>): Generator<WorkspacePicture> {
  for (const picture of pictures) yield { ...picture, thumbnail: new Uint8Array(0), look: null };
}

/** Sets named by the position of their first picture among those that are split; who is in none is alone. */
function positionsOf(
  pictures: readonly Pick<WorkspacePicture, 'id'>[],
  setOf: ReadonlyMap<number, number>,
): number[] {
  const first = new Map<number, number>();
  return pictures.map(({ id }, i) => {
    const set = setOf.get(id) ?? id;
    if (!first.has(set)) first.set(set, i);
    return first.get(set)!;
  });
}
