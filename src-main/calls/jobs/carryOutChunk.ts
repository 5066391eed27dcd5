import { providerNames } from '../../../src-shared/domain/analysis.ts';
import type { SliceReference } from '../../../src-shared/domain/jobs.ts';
import { UserError, type ErrorCode, type Failure } from '../../../src-shared/errors.ts';
import { releaseMemory } from '../../../src-shared/releaseMemory.ts';
import type { ChunkEnd } from '../../jobs/ChunkQueue.ts';
import type { ClaimedChunk, JobStore, SettledSlice } from '../../jobs/JobStore.ts';
import { answerFields } from '../answerFields.ts';
import { classifyPaths, type PathAnswer } from '../classifyPaths.ts';
import type { Engine } from '../openEngine.ts';
import type { OpenedImage } from '../ImageFileCache.ts';
import { reportFailure } from '../reportFailure.ts';
import type { ChunkEngine, FetchedModels } from './FetchedModels.ts';
import { contentKey } from './contentKey.ts';
import { modelSetOf } from './modelSetOf.ts';

/** How often a chunk is taken before what fails in it is given up. */
const mostAttempts = 5;

/** How often it is taken where whoever had it ended without a word: it may be the chunk's doing, or a bad day. */
const mostLosses = 10;

/** Failures of the place or the moment rather than of the picture: another time or another worker may do better. */
const passingCodes: readonly ErrorCode[] = [
  'file-not-found',
  'file-unreadable',
  'model-not-found',
  'model-damaged',
  'model-changed',
  'provider-unavailable',
  'inference-failed',
  'inference-stopped',
  'disk-full',
  'internal',
];

/** What a worker answers with. */
export interface WorkerModels {
  engine: Engine;
  /** Null where nothing is fetched. */
  fetched: FetchedModels | null;
}

/** What worker and chunk have to tell each other meanwhile. */
export interface ChunkCourse {
  /** Aborted: the chunk is put back, or was cancelled. */
  signal: AbortSignal;
  /** Called when the last picture is opened; where some cannot be, perhaps not at all. */
  onFed: () => void;
}

/** A chunk after it was worked on, for whoever tells of it. */
export interface ChunkReport {
  end: ChunkEnd;
  answered: number;
  /** Slices that were given up. */
  dead: number;
  /** Why the chunk waits to be tried again; null where it does not. */
  error: Failure | null;
  elapsedMs: number;
}

/**
 * Carries out a chunk: classifies what nobody has answered of it, by the code of `classify`, and keeps the answers all
 * at once. What fails by itself is given up at once; what may pass is tried again after 1, 2, 4, 8 seconds, and given up
 * at the fifth time.
 *
 * @throws UserError 'store-…', 'fleet-store-unreachable'
 */
export async function carryOutChunk(
  chunk: ClaimedChunk,
  store: JobStore,
  models: WorkerModels,
  course: ChunkCourse,
): Promise<ChunkReport> {
  const startedAt = performance.now();
  const report = (end: ChunkEnd, answered: number, dead: number, error: Failure | null): ChunkReport => ({
    ...{ end, answered, dead, error, elapsedMs: performance.now() - startedAt },
  });
  const open = await store.openSlices(chunk.id);
  if (chunk.attempts > mostLosses) {
    const failure: Failure = { code: 'chunk-abandoned', detail: { attempts: chunk.attempts - 1 } };
    await store.abandon(chunk.id, failure);
    return report({ kind: 'settled' }, 0, open.length, null);
  }
  const isLast = chunk.attempts >= mostAttempts;
  let settled: SettledSlice[];
  try {
    settled = await classifyChunk(chunk, open, await engineFor(chunk, models), course);
  } catch (error) {
    const failure = reportFailure(error);
    if (failure.code !== 'cancelled' && (isLast || !passingCodes.includes(failure.code))) {
      await store.abandon(chunk.id, failure);
      return report({ kind: 'settled' }, 0, open.length, null);
    }
    return report(await putBack(chunk, store, failure), 0, 0, failure);
  }
  const passing = settled.find(({ outcome }) => !outcome.ok && passingCodes.includes(outcome.error.code));
  const answered = settled.filter(({ outcome }) => outcome.ok).length;
  if (passing !== undefined && !passing.outcome.ok && !isLast) {
    await store.keepAnswers(
      chunk,
      settled.filter((slice) => slice.outcome.ok),
    );
    return report(await putBack(chunk, store, passing.outcome.error), answered, 0, passing.outcome.error);
  }
  await store.settle(chunk, settled);
  return report({ kind: 'settled' }, answered, settled.length - answered, null);
}

async function putBack(chunk: ClaimedChunk, store: JobStore, { code }: Failure): Promise<ChunkEnd> {
  const afterMs = code === 'cancelled' ? 0 : 1000 * 2 ** (chunk.attempts - 1);
  await store.giveBack(chunk.id, chunk.worker, afterMs);
  return { kind: 'again', afterMs };
}

/** Answers count for the models that were asked for; others of the same name would answer something else. */
async function engineFor(chunk: ClaimedChunk, { engine, fetched }: WorkerModels): Promise<ChunkEngine> {
  const { model, modelSet } = chunk;
  try {
    const own = await modelSetOf(model, engine.models);
    if (own.fingerprint === modelSet) return { engine, model };
  } catch (error) {
    const isMissing = error instanceof UserError && error.code === 'model-not-found';
    if (!isMissing || fetched === null) throw error;
  }
  if (fetched !== null) return fetched.engineFor(chunk);
  throw new UserError('model-changed', {
    model,
    when: 'submitted',
    remedy: 'Install the models of the submission on this worker.',
  });
}

async function classifyChunk(
  { provider }: ClaimedChunk,
  slices: readonly SliceReference[],
  { engine, model }: ChunkEngine,
  { signal, onFed }: ChunkCourse,
): Promise<SettledSlice[]> {
  const byPath = Map.groupBy(slices, ({ path }) => path);
  const unopened = new Set(byPath.keys());
  const settled: SettledSlice[] = [];
  const options = {
    model,
    provider: providerNames.find((name) => name === provider) ?? ('auto' as const),
    explain: null,
    allSlices: true,
    isInBulk: true,
    wants: (path: string) => byPath.has(path),
    choose(path: string, opened: OpenedImage): number[] {
      unopened.delete(path);
      if (unopened.size === 0) onFed();
      return placesOf(byPath.get(path) ?? [], opened);
    },
    signal,
    onSkipped: () => undefined,
  };
  // What is answered is written down at once, so that no picture is held for longer than it is looked at.
  for await (const answer of classifyPaths([...outerPaths(byPath.keys())], engine, options, null)) {
    const left = byPath.get(answer.path) ?? [];
    const isOfFile = answer.slice === null && answer.frame === null;
    const [own, others] = [true, false].map((isOwn) =>
      left.filter(({ frame }) => (isOfFile || frame === answer.frame) === isOwn),
    ) as [SliceReference[], SliceReference[]];
    for (const { contentKey } of own) settled.push({ contentKey, outcome: outcomeOf(answer) });
    if (own.length > 0) byPath.set(answer.path, others);
    if (answer.slice !== null) releaseMemory(answer.slice.samples);
  }
  const notFound: SettledSlice['outcome'] = { ok: false, error: { code: 'file-not-found', detail: {} } };
  for (const { contentKey } of [...byPath.values()].flat()) settled.push({ contentKey, outcome: notFound });
  return settled;
}

/** A file inside an archive is reached by way of its archive. */
function outerPaths(paths: Iterable<string>): Set<string> {
  return new Set([...paths].map((path) => path.split('!/', 1)[0]!));
}

/** Where the wanted slices are in an opened file. @throws UserError 'picture-changed' */
function placesOf(wanted: readonly SliceReference[], { image, fileHash }: OpenedImage): number[] {
  if (wanted.some((slice) => slice.fileHash !== fileHash))
    throw new UserError('picture-changed', { file: image.slices[0]?.fileName ?? '', when: 'submitted' });
  const keys = new Set(wanted.map((slice) => slice.contentKey));
  return [...image.slices.keys()].filter((index) => keys.has(contentKey(fileHash, image.slices[index]!)));
}

function outcomeOf({ outcome, slice }: PathAnswer): SettledSlice['outcome'] {
  return outcome.ok ? { ok: true, answer: answerFields(outcome.value, slice) } : outcome;
}
