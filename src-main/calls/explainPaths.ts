import type { Outcome } from '../../src-shared/errors.ts';
import { inBatches, mapInOrder } from '../../src-shared/inOrder.ts';
import { readSlices, type PathSlice, type WalkOptions } from './classifyPaths.ts';
import type { ClassifyTools } from './classifySlices.ts';
import type { StreamItem } from './classifyStream.ts';
import { explainSlices, type ExplainedSlice, type ExplainOptions } from './explainSlices.ts';

/** The maps of one slice, or the failure of one file. */
export interface PathExplanations extends PathSlice {
  outcome: Outcome<ExplainedSlice>;
}

const batchSizes = { first: 1, growth: 4, largest: 8 };

/** Batches under way: one in each of two inference processes. */
const batchesAtOnce = 2;

/**
 * Walks files, folders, archives and DICOMDIRs, and explains every slice that it finds, in the walk's order. What
 * cannot be read is a failed answer; the rest goes on.
 *
 * @throws UserError for what ends the whole command: cancellation, a missing model
 */
export async function* explainPaths(
  paths: readonly string[],
  tools: ClassifyTools,
  options: ExplainOptions & WalkOptions,
): AsyncGenerator<PathExplanations> {
  const batches = inBatches(readSlices(paths, options), batchSizes);
  const answer = (batch: StreamItem<PathSlice>[]) => explainBatch(batch, tools, options);
  for await (const answers of mapInOrder(batches, batchesAtOnce, answer)) yield* answers;
}

async function explainBatch(
  batch: readonly StreamItem<PathSlice>[],
  tools: ClassifyTools,
  options: ExplainOptions,
): Promise<PathExplanations[]> {
  const readable = batch.flatMap(({ decoded }) => (decoded.ok ? [decoded.value] : []));
  const explained = (await explainSlices(readable, tools, options))[Symbol.iterator]();
  return batch.map(({ tag, decoded }) => ({
    ...tag,
    outcome: decoded.ok ? (explained.next().value as Outcome<ExplainedSlice>) : decoded,
  }));
}
