import { statSync } from 'node:fs';
import { pictureFilterSchema } from '../../../src-shared/contract/pictureSelection.ts';
import type { DataChoice, SplitChoice } from '../../../src-shared/domain/trainingQueue.ts';
import { subsets } from '../../../src-shared/domain/trainingRun.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { groupingVersion } from '../../datasets/groupPictures.ts';
import { measureShortcuts } from '../../datasets/measureShortcuts.ts';
import { makeGroupedSplit, makePublishedSplit } from '../../datasets/splits/makeSplit.ts';
import { planOfFold } from '../../datasets/splits/planOfSplit.ts';
import type { Split } from '../../datasets/splits/Split.ts';
import type { DatasetStore } from '../../datasets/workspace/DatasetStore.ts';
import { keptSplit } from '../../datasets/workspace/keptSplit.ts';
import type { WorkspacePicture } from '../../datasets/workspace/PictureTable.ts';
import { isArchive } from '../../datasets/workspace/placeInSource.ts';
import { trainingHashesOf } from '../../training/run/startWeights.ts';
import type { JobContext } from '../Jobs.ts';
import { comparePictures } from '../scanWorkspace.ts';
import { neighboursOf, withoutThumbnails } from '../splitWorkspace.ts';
import type { PreparedData, StartPlace } from './childMessages.ts';
import { planSubset } from './prepareData.ts';
import { startWishOf } from './startWishOf.ts';

/** A data set of the workspace that is to be trained on. */
export interface WorkspaceWish {
  choice: Extract<DataChoice, { kind: 'dataset' }>;
  /** How to split where the choice names no kept split. */
  split: SplitChoice;
  seed: number;
  start: StartPlace;
}

/** What was found out about it. */
export interface WorkspacePlan {
  /** Where its pictures lie. */
  folder: string;
  split: Split;
  found: PreparedData;
}

/**
 * Splits a data set of the workspace by its labels, or takes a split that is kept with it, and counts what a person
 * should know before a launch. Pictures in quarantine are left out of a split that is made now.
 *
 * @throws UserError 'dataset-unknown', 'saved-unknown', 'cancelled', 'invalid-input' where no picture has a class or the
 * pictures do not lie in one folder, or what reading the start throws
 */
export async function planWorkspace(
  workspace: DatasetStore,
  { choice: { dataset, split: item }, split: wanted, seed, start }: WorkspaceWish,
  context: Pick<JobContext, 'signal' | 'progress'>,
): Promise<WorkspacePlan> {
  const seen = await trainingHashesOf(await startWishOf(start));
  const comparison = await comparePictures(workspace, dataset, context);
  const filter = pictureFilterSchema.parse({});
  const all = [...withoutThumbnails(workspace.pictures.describe({ dataset, filter, sort: 'path' }))];
  const labelled = all.filter((picture) => picture.class !== null);
  if (labelled.length === 0)
    throw new UserError('invalid-input', { reason: 'No picture has a class, so there is nothing to learn.' });
  const { groupOf } = neighboursOf(labelled, comparison);
  const split =
    item !== null
      ? keptSplit(workspace, dataset, item)
      : wanted.protocol === 'published'
        ? makePublishedSplit(labelled, seed)
        : makeGroupedSplit(labelled, { groupingVersion, groupOf }, { seed, folds: wanted.folds });
  const neighbours = neighboursOf(picturesOf(split, all), comparison);
  return {
    folder: onlyFolder(workspace, dataset, all),
    split,
    found: {
      pictures: all.length,
      unreadable: workspace.sets.unreadable(dataset, { offset: 0, limit: 1 }).total,
      withoutClass: all.length - labelled.length,
      withoutPlane: split.pictures.filter(({ plane }) => plane === null).length,
      fingerprint: split.datasetFingerprint,
      splitSha256: split.sha256,
      testWithTwin: split.folds.map((fold) => planOfFold(split, fold, neighbours).testWithTwin),
      shortcuts: measureShortcuts(labelled, groupOf),
      subsets: subsets.map((subset) => planSubset(split, subset, seen)),
    },
  };
}

/** The pictures of a split as the workspace knows them. @throws UserError 'invalid-input' where one is gone */
function picturesOf(split: Split, all: readonly WorkspacePicture[]): Pick<WorkspacePicture, 'id'>[] {
  const keyOf = (path: string, frame: number | null): string => `${frame} ${path}`;
  const byPlace = new Map(all.map((picture) => [keyOf(picture.path, picture.frame), picture]));
  return split.pictures.map(({ path, frame }) => {
    const picture = byPlace.get(keyOf(path, frame));
    if (picture === undefined)
      throw new UserError('invalid-input', {
        reason:
          'The split has a picture that is no longer in the data set, or is in quarantine; make it anew.',
      });
    return picture;
  });
}

/** Where the pictures lie; a run reads one folder. @throws UserError 'invalid-input' */
function onlyFolder(workspace: DatasetStore, dataset: number, pictures: readonly WorkspacePicture[]): string {
  const firstOfSource = new Map(pictures.map(({ source, id }) => [source, id]));
  const [folder, ...more] = [...firstOfSource.values()].map(
    (id) => workspace.pictures.placeOf(dataset, id).sourcePath,
  );
  if (folder !== undefined && more.length === 0 && !isArchive(folder) && isFolder(folder)) return folder;
  throw new UserError('invalid-input', {
    reason: 'A run learns from one folder; this data set’s pictures come from several places or an archive.',
  });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
