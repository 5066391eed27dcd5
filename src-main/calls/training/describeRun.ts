import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ZodType } from 'zod';
import type {
  ChosenData,
  NamedSource,
  RunDetail,
  RunFacts,
  RunSettings,
  RunSummary,
} from '../../../src-shared/domain/trainingQueue.ts';
import { runHistorySchema } from '../../../src-shared/domain/trainingQueue.ts';
import { runDocumentSchema, type EpochRecord } from '../../../src-shared/domain/trainingRun.ts';
import { historyFileName } from '../../network/loadModel.ts';
import { classesOf } from '../../training/run/partsOfSplit.ts';
import type { RunStore, StoredRun } from '../../training/store/RunStore.ts';
import type { RunWish } from '../../training/store/RunWish.ts';
import type { SourceHandles } from '../SourceHandles.ts';
import { readRunLog } from './RunLog.ts';

/** A run for the list. */
export async function summariseRun(store: RunStore, run: StoredRun): Promise<RunSummary> {
  const history = await readHistory(store.folderOf(run.id));
  return summaryOf(run, history);
}

/** A run with all that is known of it. Paths become handles and base names. */
export async function detailRun(store: RunStore, run: StoredRun, sources: SourceHandles): Promise<RunDetail> {
  const folder = store.folderOf(run.id);
  const [history, facts, log] = await Promise.all([
    readHistory(folder),
    readFacts(folder),
    readRunLog(folder),
  ]);
  return {
    summary: summaryOf(run, history),
    classes: classesOf(run.wish.recipe.subset),
    settings: settingsOf(run, sources),
    facts,
    history,
    log,
  };
}

function summaryOf(
  { id, title, state, createdAt, endedAt, wish, result, failure }: StoredRun,
  history: readonly EpochRecord[],
): RunSummary {
  const best = history.reduce<EpochRecord | null>(
    (a, b) => (a === null || b.validationLoss < a.validationLoss ? b : a),
    null,
  );
  return {
    id,
    title,
    subset: wish.recipe.subset,
    state,
    createdAt,
    endedAt,
    dataset: wish.workspace?.name ?? basename(wish.dataset),
    epochs: wish.recipe.epochs,
    epochsDone: history.length,
    best: best && {
      epoch: best.epoch,
      validationLoss: best.validationLoss,
      validationAccuracy: best.validationAccuracy,
    },
    result,
    failure,
  };
}

function settingsOf({ wish }: StoredRun, sources: SourceHandles): RunSettings {
  const { dataset, workspace, labelFile, start, ...same } = wish;
  const place = start.kind === 'folder' ? sources.issue(start.path) : null;
  return {
    ...same,
    data: workspace === null ? folderChoice(sources.issue(dataset)) : datasetChoice(workspace),
    labels: labelFile === null ? null : sources.issue(labelFile),
    start: start.kind === 'folder' ? { kind: 'folder', source: place!.source } : start,
    startName: place?.name ?? (start.kind === 'installed' ? start.name : 'random'),
  };
}

function folderChoice({ source, name }: NamedSource): ChosenData {
  return { choice: { kind: 'folder', source }, name };
}

function datasetChoice({ dataset, name, split }: NonNullable<RunWish['workspace']>): ChosenData {
  return { choice: { kind: 'dataset', dataset, split }, name };
}

async function readHistory(folder: string): Promise<EpochRecord[]> {
  return (await readJson(join(folder, historyFileName), runHistorySchema))?.epochs ?? [];
}

async function readFacts(folder: string): Promise<RunFacts | null> {
  const run = await readJson(join(folder, 'run.json'), runDocumentSchema);
  if (run === null) return null;
  const { application, dataset, split, start, engine, parts } = run;
  return {
    application,
    datasetFingerprint: dataset.fingerprint,
    split,
    start: { from: start.from, testPicturesSeen: start.testPicturesSeen },
    engine,
    parts,
  };
}

/** Null where the file is not there yet, or is not what was written; resuming says what is wrong with it. */
async function readJson<Value>(file: string, schema: ZodType<Value>): Promise<Value | null> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}
