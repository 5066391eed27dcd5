import type { JobResults } from '../../src-shared/contract/events.ts';
import { inBatches, mapInOrder } from '../../src-shared/inOrder.ts';
import { UserError } from '../../src-shared/errors.ts';
import type { DatasetStore } from '../datasets/workspace/DatasetStore.ts';
import type { OpenPicture } from '../datasets/workspace/PlaneSuggestions.ts';
import { readWorkspaceSlices } from '../datasets/workspace/readWorkspaceSlices.ts';
import { findPlanes, type PlaneTools } from './findPlanes.ts';
import type { JobContext } from './Jobs.ts';
import { planeModelName } from './ModelLibrary.ts';

/** Slices in one run of the plane model, and runs under way at once. */
const batchSizes = { first: 8, growth: 1, largest: 8 };
const batchesAtOnce = 3;

/**
 * Asks the plane model about every picture of a data set that has no suggestion yet. What was answered is kept batch by
 * batch, so that the job can be cancelled and goes on next time.
 *
 * @throws UserError 'model-not-found' where no plane model is installed; 'cancelled'; that of `findPlanes`
 */
export async function suggestPlanes(
  store: DatasetStore,
  dataset: number,
  tools: PlaneTools,
  { signal, progress }: Pick<JobContext, 'signal' | 'progress'>,
): Promise<JobResults['suggestPlanes']> {
  if ((await tools.models.planeModel()) === null)
    throw new UserError('model-not-found', { model: planeModelName });
  const open = store.suggestions.open(dataset);
  const result = { suggested: 0, unreadable: 0 };
  let done = 0;
  const askBatch = async (batch: OpenPicture[]) => {
    const { read, slices } = await readWorkspaceSlices(batch, (place) => place);
    const found = await findPlanes(slices, tools, { provider: 'auto', signal });
    return { batch, read, found };
  };
  for await (const { batch, read, found } of mapInOrder(
    inBatches(eachOf(open), batchSizes),
    batchesAtOnce,
    askBatch,
  )) {
    const suggestions = read.flatMap(({ id }, i) => {
      const { plane, probability } = found[i]!;
      return plane === null ? [] : [{ id, plane, probability }];
    });
    store.suggestions.keep(suggestions);
    result.suggested += suggestions.length;
    result.unreadable += batch.length - read.length;
    done += batch.length;
    progress(done, open.length);
  }
  return result;
}

async function* eachOf<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  for (const item of items) yield await Promise.resolve(item);
}
