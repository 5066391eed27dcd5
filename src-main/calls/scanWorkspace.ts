import { throwIfCancelled, UserError } from '../../src-shared/errors.ts';
import { mapInOrder } from '../../src-shared/inOrder.ts';
import { groupingVersion, groupPictures, type Grouping } from '../datasets/groupPictures.ts';
import type { DatasetStore } from '../datasets/workspace/DatasetStore.ts';
import { HygieneTable, type Examination, type KeptComparison } from '../datasets/workspace/HygieneTable.ts';
import { readWorkspaceSlice } from '../datasets/workspace/readWorkspaceSlice.ts';
import type { WorkspacePicture } from '../datasets/workspace/PictureTable.ts';
import { everyPicture } from './everyPicture.ts';
import type { PlaneTools } from './findPlanes.ts';
import { guardsAtHand } from './guardsAtHand.ts';
import type { JobContext } from './Jobs.ts';
import { isOfTheRun, judgeSlice, type Judges } from './judgeSlice.ts';
import { SliceExaminer } from './SliceExaminer.ts';

/** Pictures under way at once, and written at once. */
const [atOnce, batchSize] = [8, 64];

/**
 * Brings a data set's hygiene up to date: compares all pictures where one came, went or changed, and lets a guard look at
 * those that none has seen as they are. What is done stays done, also where it is cancelled.
 *
 * @throws UserError 'cancelled', 'model-damaged', 'store-…'
 */
export async function scanWorkspace(
  workspace: DatasetStore,
  dataset: number,
  tools: PlaneTools,
  { signal, progress }: Pick<JobContext, 'signal' | 'progress'>,
): Promise<void> {
  const table = new HygieneTable(workspace.database);
  const guards = await guardsAtHand(tools);
  const open = table.unexamined(dataset, guards);
  await comparePictures(workspace, dataset, {
    signal,
    progress: (done, total) => progress(done, total! + open.length),
  });
  const examiner = new SliceExaminer(tools, signal);
  await examiner.prepare();
  let batch: Examination[] = [];
  const write = (): void => {
    table.keepExaminations(batch);
    batch = [];
  };
  let done = 0;
  const examine = (id: number): Promise<Examination | null> =>
    examinePicture(workspace, dataset, id, { examiner, guards });
  for await (const examined of mapInOrder(open, atOnce, examine)) {
    throwIfCancelled(signal);
    if (examined !== null) batch.push(examined);
    if (batch.length >= batchSize) write();
    progress(++done, open.length);
  }
  write();
}

/**
 * What the comparison of all pictures found: as it was kept, or anew where a picture came, went or changed.
 *
 * @throws UserError 'cancelled', 'store-…'
 */
export async function comparePictures(
  workspace: DatasetStore,
  dataset: number,
  { signal, progress }: Pick<JobContext, 'signal' | 'progress'>,
): Promise<KeptComparison> {
  const table = new HygieneTable(workspace.database);
  const fingerprint = table.fingerprint(dataset);
  const kept = table.comparison(dataset, groupingVersion);
  if (kept?.fingerprint === fingerprint) return kept;
  const pictures = [...workspace.pictures.describe(everyPicture(dataset))];
  const grouping = await groupPictures(pictures, { signal, onProgress: progress });
  const comparison = comparisonOf(pictures, grouping, fingerprint);
  table.keepComparison(dataset, groupingVersion, comparison);
  return comparison;
}

/** Null for a picture whose file is gone or broken since its import: that is for the next import to tell. */
async function examinePicture(
  workspace: DatasetStore,
  dataset: number,
  id: number,
  judges: Judges,
): Promise<Examination | null> {
  try {
    const [picture] = [...workspace.pictures.describe(everyPicture(dataset, [id]))];
    if (picture === undefined) return null;
    const slice = await readWorkspaceSlice(workspace.pictures.placeOf(dataset, id));
    const verdict = await judgeSlice(slice, picture.plane, judges);
    return { picture: id, fileHash: picture.fileHash, ...verdict };
  } catch (error) {
    if (!(error instanceof UserError) || isOfTheRun(error)) throw error;
    return null;
  }
}

function comparisonOf(
  pictures: readonly WorkspacePicture[],
  grouping: Grouping,
  fingerprint: string,
): KeptComparison {
  const idsOf = (sets: readonly number[][]): number[][] => sets.map((set) => set.map((i) => pictures[i]!.id));
  const { exact, samePixels, near, copies, sliceRuns, groupOf } = grouping;
  return {
    fingerprint,
    computedAt: new Date().toISOString(),
    sets: {
      ...{ exact: idsOf(exact), samePixels: idsOf(samePixels), near: idsOf(near) },
      ...{ copies: idsOf(copies), sliceRuns: idsOf(sliceRuns) },
    },
    groups: pictures.map(({ id }, i) => [id, pictures[groupOf[i]!]!.id]),
  };
}
