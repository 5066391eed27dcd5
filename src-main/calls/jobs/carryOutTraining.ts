import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError, type ErrorCode, type Failure } from '../../../src-shared/errors.ts';
import type { ClaimedChunk, JobStore } from '../../jobs/JobStore.ts';
import { reportFailure } from '../reportFailure.ts';
import type { TrainOrder } from '../training/childMessages.ts';
import { forkTrainingChild, TrainingProcess } from '../training/TrainingProcess.ts';
import type { ChunkReport } from './carryOutChunk.ts';
import { orderName } from './submitTrainings.ts';

/** As for pictures: then what fails is given up. A worker that is lost in the middle costs an attempt as well. */
const mostAttempts = 10;

/** Failures of the place or the moment; the run's checkpoint is there for whoever takes it next. */
const passingCodes: readonly ErrorCode[] = [
  'file-not-found',
  'file-unreadable',
  'training-stopped',
  'run-busy',
  'disk-full',
  'folder-unwritable',
  'internal',
];

/**
 * Carries out the one run of a chunk in a process of its own, from its last checkpoint where it has one, and keeps its
 * figures. What may pass is tried again after 1, 2, 4 … 64 seconds.
 *
 * @param signal - aborted: the run writes a checkpoint, and its chunk is put back
 * @throws UserError 'store-…', 'fleet-store-unreachable'
 */
export async function carryOutTraining(
  chunk: ClaimedChunk,
  store: JobStore,
  signal: AbortSignal,
): Promise<ChunkReport> {
  const startedAt = performance.now();
  const report = (rest: Omit<ChunkReport, 'elapsedMs'>): ChunkReport => ({
    ...rest,
    elapsedMs: performance.now() - startedAt,
  });
  const settled = { end: { kind: 'settled' }, error: null } as const;
  const [job] = await store.openSlices(chunk.id);
  if (job === undefined) {
    await store.settle(chunk, []);
    return report({ ...settled, answered: 0, dead: 0 });
  }
  try {
    const order = await readOrder(job.path, job.fileHash);
    const { fold, seed, recipe } = order.request;
    const { result } = await train(order, signal);
    const { epochs, bestEpoch, modelFingerprint } = result;
    const { validationLoss, validationAccuracy, testLoss, testAccuracy } = result;
    const answer = {
      ...{ fold: fold + 1, seed, recipe, epochs, bestEpoch, modelFingerprint },
      ...{ validationLoss, validationAccuracy, testLoss, testAccuracy },
    };
    await store.settle(chunk, [{ contentKey: job.contentKey, outcome: { ok: true, answer } }]);
    return report({ ...settled, answered: 1, dead: 0 });
  } catch (error) {
    const failure = reportFailure(error);
    if (failure.code === 'cancelled') return report(await putBack(chunk, store, failure, 0));
    if (!passingCodes.includes(failure.code) || chunk.attempts >= mostAttempts) {
      await store.abandon(chunk.id, failure);
      return report({ ...settled, answered: 0, dead: 1 });
    }
    return report(await putBack(chunk, store, failure, 1000 * 2 ** Math.min(6, chunk.attempts - 1)));
  }
}

async function putBack(
  chunk: ClaimedChunk,
  store: JobStore,
  error: Failure,
  afterMs: number,
): Promise<Omit<ChunkReport, 'elapsedMs'>> {
  await store.giveBack(chunk.id, chunk.worker, afterMs);
  return { end: { kind: 'again', afterMs }, answered: 0, dead: 0, error };
}

/** @throws UserError 'file-not-found', and 'run-damaged' where it is not the one that was handed in */
async function readOrder(folder: string, fileHash: string): Promise<TrainOrder> {
  const text = await readFile(join(folder, orderName), 'utf8').catch((cause: unknown) => {
    throw new UserError('file-not-found', { file: orderName }, { cause });
  });
  if (hash('sha256', text, 'hex') !== fileHash)
    throw new UserError('run-damaged', {
      folder: basename(folder),
      reason: `Its ${orderName} is not the one that was handed in.`,
    });
  return JSON.parse(text) as TrainOrder;
}

async function train(order: TrainOrder, signal: AbortSignal) {
  const process = new TrainingProcess(forkTrainingChild, order);
  const stop = (): void => process.tell('cancel');
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (signal.aborted) stop();
    return await process.ended;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
