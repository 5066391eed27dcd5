import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Plane } from '../../src-shared/domain/plane.ts';
import type { ImportSummary } from '../../src-shared/domain/workspace.ts';
import { UserError } from '../../src-shared/errors.ts';
import { readLabels, type Labels } from '../datasets/Labels.ts';
import { applyLabels } from '../datasets/workspace/applyLabels.ts';
import { copyIntoWorkspace } from '../datasets/workspace/copyIntoWorkspace.ts';
import type { DatasetStore } from '../datasets/workspace/DatasetStore.ts';
import type { AskGuard } from '../datasets/workspace/describeForWorkspace.ts';
import { countFiles, importSource } from '../datasets/workspace/importSource.ts';
import { labelFilesIn } from '../datasets/workspace/labelFilesIn.ts';
import type { PlaneTools } from './findPlanes.ts';
import { guardOfImport } from './guardOfImport.ts';
import type { JobContext } from './Jobs.ts';

export interface ImportRequest {
  dataset: number;
  /** Absolute paths of folders, archives, pictures and label files. */
  paths: readonly string[];
  isCopying: boolean;
  /** Who does it. */
  who: string;
  /** Whose guards look at pictures while their pixels are at hand; null: none is asked. */
  tools: PlaneTools | null;
}

type Context = Pick<JobContext, 'signal' | 'progress'>;

/** A label file as far as it could be read. */
interface ReadLabelFile {
  name: string;
  labels: PromiseSettledResult<Labels>;
  isOverriding: boolean;
}

/** Data sets that are being imported into; a set has one import at a time. */
const busy = new Set<number>();

/**
 * Imports pictures, then the label files among the paths. What lies in the own label files of a folder or an archive (CSV
 * at its top) is taken where nobody has said otherwise.
 *
 * @throws UserError 'dataset-busy', 'cancelled', 'file-not-found', 'invalid-input' for a damaged label file, 'store-…'
 */
export async function importPictures(
  store: DatasetStore,
  request: ImportRequest,
  context: Context,
): Promise<ImportSummary> {
  const { dataset, who, tools } = request;
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
    const beside = (await Promise.all(sources.map(labelFilesIn))).flat();
    const named = labelFiles.map((file) => ({ name: basename(file), read: () => readLabels(file) }));
    const files: ReadLabelFile[] = [];
    for (const file of [...beside, ...named]) {
      // The pictures come in all the same, and then it is told what is wrong with the file.
      const [labels] = await Promise.allSettled([file.read()]);
      files.push({ name: file.name, labels, isOverriding: files.length >= beside.length });
    }
    const askGuard = tools && (await guardOfImport(tools, planeIn(files), context.signal));
    const summary = await importAll(store, { dataset, sources: ids, askGuard }, context);
    for (const { name, labels, isOverriding } of files) {
      if (labels.status === 'rejected') throw labels.reason;
      const applied = applyLabels(store, { dataset, who, labels: labels.value, name, isOverriding });
      summary.labelled += applied.labelled;
      summary.rowsWithoutPicture += applied.rowsWithoutPicture;
    }
    return summary;
  });
}

/**
 * Looks again at everything that was imported. The pictures of a source that is gone are missing, with all that is known
 * of them, until it is there again or is found elsewhere by an import.
 */
export function refreshDataset(
  store: DatasetStore,
  { dataset, tools }: Pick<ImportRequest, 'dataset' | 'tools'>,
  context: Context,
): Promise<ImportSummary> {
  return whileBusy(dataset, async () => {
    const sources = store.sets.sources(dataset);
    const there = sources.filter(({ path }) => existsSync(path));
    const askGuard = tools && (await guardOfImport(tools, () => null, context.signal));
    const summary = await importAll(store, { dataset, sources: there, askGuard }, context);
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

/** The plane that label files have for a picture; of several the last. */
function planeIn(files: readonly ReadLabelFile[]): (path: string, fileHash: string) => Plane | null {
  const tables = files.flatMap(({ labels }) => (labels.status === 'fulfilled' ? [labels.value] : []));
  return (path, fileHash) =>
    tables.reduce<Plane | null>((plane, table) => table.find(path, fileHash).plane ?? plane, null);
}

interface ImportTask {
  dataset: number;
  sources: readonly { id: number; path: string }[];
  askGuard: AskGuard | null;
}

async function importAll(
  store: DatasetStore,
  { dataset, sources, askGuard }: ImportTask,
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
    const tally = await importSource({ path, intake: store.intake(dataset, id), askGuard, signal, onFile });
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
