import { setTimeout as wait } from 'node:timers/promises';
import type { Submission } from '../../../src-shared/domain/jobs.ts';
import { throwIfCancelled, UserError } from '../../../src-shared/errors.ts';
import type { JobServices } from '../../jobs/openEmbedded.ts';
import { readRate, readSubmission } from '../../jobs/readOverview.ts';
import type { Engine } from '../openEngine.ts';
import { JobWorker } from './JobWorker.ts';

const pollMs = 300;

/**
 * Waits until all slices of a submission are answered, given up or cancelled.
 *
 * @param engine - to carry the jobs out in this process meanwhile; null: others do
 * @param onProgress - hears of the submission, and of the slices answered in a second, now and then
 * @throws UserError 'cancelled', 'store-…', 'fleet-store-unreachable'; what is not done yet stays handed in
 */
export async function awaitSubmission(
  submission: string,
  services: JobServices,
  engine: Engine | null,
  signal: AbortSignal,
  onProgress: (submission: Submission, slicesPerSecond: number) => void,
): Promise<Submission> {
  const done = new AbortController();
  const stop = AbortSignal.any([done.signal, signal]);
  const working = engine === null ? null : new JobWorker(services, engine).work(stop, signal);
  const watching = watch(submission, services, stop, onProgress).finally(() => done.abort());
  // Whichever fails first ends the other.
  const failing = working?.catch((error: unknown) => {
    done.abort();
    throw error;
  });
  await Promise.all([watching, failing]);
  throwIfCancelled(signal);
  return submissionOf(submission, services);
}

async function watch(
  submission: string,
  services: JobServices,
  until: AbortSignal,
  onProgress: (submission: Submission, slicesPerSecond: number) => void,
): Promise<void> {
  while (!until.aborted) {
    const found = await submissionOf(submission, services);
    if (found.waiting === 0) return;
    onProgress(found, await readRate(services.store));
    await wait(pollMs, undefined, { signal: until }).catch(() => undefined);
  }
}

async function submissionOf(id: string, { store }: JobServices): Promise<Submission> {
  const found = await readSubmission(store, id);
  if (found === null) throw new UserError('submission-unknown');
  return found;
}
