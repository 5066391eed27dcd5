import { randomUUID } from 'node:crypto';
import { chunkSize, type SliceReference } from '../../../src-shared/domain/jobs.ts';
import { throwIfCancelled, type Failure } from '../../../src-shared/errors.ts';
import { inBatches } from '../../../src-shared/inOrder.ts';
import type { SubmissionWish } from '../../jobs/JobStore.ts';
import type { JobServices } from '../../jobs/openEmbedded.ts';
import { chooseSlices, openWalked, type WalkOptions } from '../classifyPaths.ts';
import { contentKey } from './contentKey.ts';

/** What came of handing pictures in. */
export interface Handed {
  submission: string;
  /** Slices found below the paths. */
  found: number;
  /** Of these, the ones that nobody had answered or was waiting for. */
  added: number;
  unreadable: { path: string; error: Failure }[];
}

const batchSizes = { first: chunkSize, growth: 1, largest: chunkSize };

/**
 * Hands in every slice below the paths, in chunks. Files are read to know their content, not decoded.
 *
 * @param onAdded - hears of each chunk once it is safe: how many slices were found and added so far
 * @throws UserError 'cancelled', 'store-…', 'fleet-store-unreachable'; what was acknowledged stays handed in
 */
export async function submitPaths(
  paths: readonly string[],
  wish: SubmissionWish,
  { store, queue }: JobServices,
  options: WalkOptions,
  onAdded?: (found: number, added: number) => void,
): Promise<Handed> {
  const handed: Handed = { submission: randomUUID(), found: 0, added: 0, unreadable: [] };
  await store.openSubmission(handed.submission, wish);
  const onFailure = async (path: string, error: Failure): Promise<void> => {
    handed.unreadable.push({ path, error });
    await store.addUnreadable(handed.submission, path, error);
  };
  for await (const slices of inBatches(referencesBelow(paths, options, onFailure), batchSizes)) {
    throwIfCancelled(options.signal);
    handed.added += await store.addChunk(handed.submission, randomUUID(), wish, slices);
    handed.found += slices.length;
    onAdded?.(handed.found, handed.added);
    await queue.offer();
  }
  await store.completeSubmission(handed.submission);
  return handed;
}

async function* referencesBelow(
  paths: readonly string[],
  options: WalkOptions,
  onFailure: (path: string, error: Failure) => Promise<void>,
): AsyncGenerator<SliceReference> {
  for await (const { item, image } of openWalked(paths, options)) {
    if (item.kind === 'skipped') options.onSkipped(item.path, item.reason);
    else if (item.kind === 'failure') await onFailure(item.path, item.error);
    else if (image?.ok === false) await onFailure(item.file.path, image.error);
    else if (image?.ok === true) {
      const { image: file, fileHash } = image.value;
      const { path } = item.file;
      for (const index of chooseSlices(file.slices, options.allSlices)) {
        const header = file.slices[index]!;
        yield { path, frame: header.frame, fileHash, contentKey: contentKey(fileHash, header) };
      }
    }
  }
}
