import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { ImportSummary } from '../../src-shared/domain/workspace.ts';
import { UserError } from '../../src-shared/errors.ts';
import { readLabels } from '../datasets/Labels.ts';
import { applyLabels } from '../datasets/workspace/applyLabels.ts';
import { copyIntoWorkspace } from '../datasets/workspace/copyIntoWorkspace.ts';
import type { DatasetStore } from '../datasets/workspace/DatasetStore.ts';
import { countFiles, importSource } from '../datasets/workspace/importSource.ts';
import { labelFilesIn } from '../datasets/workspace/labelFilesIn.ts';
import type { JobContext } from './Jobs.ts';

export interface ImportRequest {
  dataset: number;
  /** Absolute paths of folders, archives, pictures and label files. */
  paths: readonly string[];
  isCopying: boolean;
  /** Who does it. */
  who: string;
}

type Context = Pick<JobContext, 'signal' | 'progress'>;

/** Data sets that are being imported into; a set has one import at a time. */
const busy = new Set<number>();

/**
 * Imports pictures, then the label files among the paths. What lies in a folder's own label files (CSV at its top) is
 * taken where nobody has said otherwise.
 *
 * @throws UserError 'dataset-busy', 'cancelled', 'file-not-found', 'invalid-input' for a damaged label file, 'store-…'
 */
export async function importPictures(
  store: DatasetStore,
  request: ImportRequest,
  context: Context,
): Promise<ImportSummary> {
  const { dataset, who } = request;
  const labelFiles = request.paths.filter((path) => /\.csv$/i.test(path));
  const places = request.paths.filter((path) => !labelFiles.includes(path));
  return whileBusy(dataset, async () => {
    const sources = request.isCopying
      ? await copyIntoWorkspace(store.copiesOf(dataset), places, context)
      : places;
    const ids = sources.map((path) => ({
      path,
      id: store.sets.addSource(dataset, path, request.isCopying),
    }));
    const summary = await importAll(store, dataset, ids, context);
    const inFolders = (await Promise.all(sources.map(labelFilesIn))).flat();
    for (const file of [...inFolders, ...labelFiles])
      await label(store, summary, { dataset, who, file, isOverriding: labelFiles.includes(file) });
    return summary;
  });
}

/**
 * Looks again at everything that was imported. The pictures of a source that is gone are missing, with all that is known
 * of them, until it is there again or is found elsewhere by an import.
 */
export function refreshDataset(
  store: DatasetStore,
  dataset: number,
  context: Context,
): Promise<ImportSummary> {
  return whileBusy(dataset, async () => {
    const sources = store.sets.sources(dataset);
    const summary = await importAll(
      store,
      dataset,
      sources.filter(({ path }) => existsSync(path)),
      context,
    );
    for (const { id, path } of sources)
      if (!existsSync(path)) summary.missing += store.intake(dataset, id).finish();
    return summary;
  });
}

async function whileBusy<Result>(dataset: number, work: () => Promise<Result>): Promise<Result> {
  if (busy.has(dataset)) throw new UserError('dataset-busy');
  busy.add(dataset);
  try {
    return await work();
  } finally {
    busy.delete(dataset);
  }
}

async function importAll(
  store: DatasetStore,
  dataset: number,
  sources: readonly { id: number; path: string }[],
  { signal, progress }: Context,
): Promise<ImportSummary> {
  const summary: ImportSummary = {
    added: 0,
    unchanged: 0,
    updated: 0,
    relinked: 0,
    missing: 0,
    unreadable: 0,
    skipped: 0,
    labelled: 0,
    rowsWithoutPicture: 0,
  };
  let total = 0;
  for (const { path } of sources) total += await countFiles(path, signal);
  let done = 0;
  for (const { id, path } of sources) {
    const onFile = (): void => progress(++done, Math.max(done, total));
    const tally = await importSource({ path, intake: store.intake(dataset, id), signal, onFile });
    for (const [fate, count] of Object.entries(tally)) summary[fate as keyof typeof tally] += count;
  }
  // Only now: a source whose turn is still to come has no pictures either.
  store.sets.forgetEmptySources(
    dataset,
    sources.map(({ id }) => id),
  );
  progress(done, done);
  return summary;
}

async function label(
  store: DatasetStore,
  summary: ImportSummary,
  { dataset, who, file, isOverriding }: { dataset: number; who: string; file: string; isOverriding: boolean },
): Promise<void> {
  const labels = await readLabels(file);
  const applied = applyLabels(store, { dataset, who, labels, name: basename(file), isOverriding });
  summary.labelled += applied.labelled;
  summary.rowsWithoutPicture += applied.rowsWithoutPicture;
}
