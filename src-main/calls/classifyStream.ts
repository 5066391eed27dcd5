import type { Analysis } from '../../src-shared/domain/analysis.ts';
import type { StoredAnalysis } from '../../src-shared/domain/cases.ts';
import type { Outcome } from '../../src-shared/errors.ts';
import type { CaseStore } from '../cases/CaseStore.ts';
import {
  assignModels,
  classifySlices,
  type Assignment,
  type ClassifyOptions,
  type ClassifyTools,
} from './classifySlices.ts';
import { inBatches, mapInOrder } from '../../src-shared/inOrder.ts';
import type { DecodedSlice } from './OpenedSlices.ts';

/** A slice on its way to an answer; `tag` is the caller's own name for it. */
export interface StreamItem<Tag> {
  tag: Tag;
  decoded: Outcome<DecodedSlice>;
}

export interface StreamAnswer<Tag> {
  tag: Tag;
  /** A StoredAnalysis where a store was given. */
  outcome: Outcome<Analysis | StoredAnalysis>;
  /** True when the store had the answer and the model was not run. */
  isRecalled: boolean;
}

/** One slice first, so that the reader sees an answer at once; beyond eight a batch is no cheaper and only larger. */
const batchSizes = { first: 1, growth: 4, largest: 8 };

/** Batches under way: one in each of two inference processes while the next is decoded. */
const batchesAtOnce = 3;

/**
 * Answers for a stream of slices, in order. With a store, known content is recalled instead of run again
 * (same file bytes, frame and model), and every new answer is stored, with its heatmap, before it is yielded.
 *
 * @throws UserError for what ends the whole stream: cancellation, a missing model, a store that fails
 */
export async function* classifyStream<Tag>(
  items: AsyncIterable<StreamItem<Tag>>,
  tools: ClassifyTools,
  options: ClassifyOptions,
  store: CaseStore | null,
): AsyncGenerator<StreamAnswer<Tag>> {
  const batches = inBatches(items, batchSizes);
  const answer = (batch: StreamItem<Tag>[]) => answerBatch(batch, tools, options, store);
  for await (const answers of mapInOrder(batches, batchesAtOnce, answer)) yield* answers;
}

async function answerBatch<Tag>(
  batch: readonly StreamItem<Tag>[],
  tools: ClassifyTools,
  options: ClassifyOptions,
  store: CaseStore | null,
): Promise<StreamAnswer<Tag>[]> {
  const answers = new Map<StreamItem<Tag>, StreamAnswer<Tag>>();
  const fresh: { item: StreamItem<Tag>; assignment: Assignment }[] = [];
  for (const { item, assignment } of await assignBatch(batch, tools, options)) {
    if (!assignment.ok) {
      answers.set(item, { tag: item.tag, outcome: assignment, isRecalled: false });
      continue;
    }
    const known = await recall(assignment.value, options, store);
    if (known === null) fresh.push({ item, assignment: assignment.value });
    else answers.set(item, { tag: item.tag, outcome: { ok: true, value: known }, isRecalled: true });
  }
  const outcomes = await runAndRecord(
    fresh.map(({ assignment }) => assignment),
    tools,
    options,
    store,
  );
  fresh.forEach(({ item }, index) => {
    const outcome = outcomes[index] as Outcome<Analysis>;
    answers.set(item, { tag: item.tag, outcome, isRecalled: false });
  });
  return batch.map((item) => answers.get(item) as StreamAnswer<Tag>);
}

/** Each item with the model that answers for it, or with the failure to read it or to find its plane. */
async function assignBatch<Tag>(
  batch: readonly StreamItem<Tag>[],
  tools: ClassifyTools,
  options: ClassifyOptions,
): Promise<{ item: StreamItem<Tag>; assignment: Outcome<Assignment> }[]> {
  const readable = batch.flatMap(({ decoded }) => (decoded.ok ? [decoded.value] : []));
  const assigned = (await assignModels(readable, tools, options))[Symbol.iterator]();
  return batch.map((item) => ({
    item,
    assignment: item.decoded.ok ? (assigned.next().value as Outcome<Assignment>) : item.decoded,
  }));
}

/** An analysis that was made before the plane was known, or took it for another, is no answer any more. */
async function recall(
  { decoded, plane, model }: Assignment,
  { provider, repeatsKnown = false }: ClassifyOptions,
  store: CaseStore | null,
): Promise<StoredAnalysis | null> {
  if (repeatsKnown) return null;
  const known = (await store?.recall(decoded.content, model.fingerprint)) ?? null;
  const isSame = known?.plane === plane.plane && (provider === 'auto' || provider === known.provider);
  return isSame ? known : null;
}

async function runAndRecord(
  assignments: readonly Assignment[],
  tools: ClassifyTools,
  options: ClassifyOptions,
  store: CaseStore | null,
): Promise<Outcome<Analysis | StoredAnalysis>[]> {
  if (assignments.length === 0) return [];
  const explain = options.explain || store !== null;
  const outcomes = await classifySlices(assignments, tools, { ...options, explain });
  if (store === null) return outcomes;
  const records = assignments.flatMap(({ decoded: { slice, content } }, index) => {
    const outcome = outcomes[index] as Outcome<Analysis>;
    return outcome.ok ? [{ slice, content, analysis: outcome.value }] : [];
  });
  const stored = (await store.record(records))[Symbol.iterator]();
  return outcomes.map((outcome) =>
    outcome.ok ? { ok: true, value: stored.next().value as StoredAnalysis } : outcome,
  );
}
