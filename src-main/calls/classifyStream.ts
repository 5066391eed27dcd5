import { defaultMap, usualLayer } from '../../src-shared/domain/mapName.ts';
import {
  opinionOf,
  type Analysis,
  type ExplanationMethod,
  type Heatmap,
  type SecondOpinion,
} from '../../src-shared/domain/analysis.ts';
import type { StoredAnalysis } from '../../src-shared/domain/cases.ts';
import type { Outcome } from '../../src-shared/errors.ts';
import { canExplain } from '../explain/canExplain.ts';
import type { AnalysisRecord, CaseStore } from '../cases/CaseStore.ts';
import {
  assignModels,
  classifySlices,
  type Assignment,
  type ClassifyOptions,
  type ClassifyTools,
} from './classifySlices.ts';
import { inBatches, mapInOrder } from '../../src-shared/inOrder.ts';
import type { DecodedSlice } from './OpenedSlices.ts';
import { KeyedLocks } from './KeyedLocks.ts';
import { secondModel } from './secondModel.ts';

export interface StreamOptions extends ClassifyOptions {
  /** Also ask the other of the combined and the plane's model; false where left out. */
  wantsSecondOpinion?: boolean;
  /** Nobody waits for the first answer: all batches are full ones. False where left out. */
  isInBulk?: boolean;
}

/** What a person at the screen sees with an answer: the default heatmap, and what the other model says. */
export const shownWithAnswer = { explain: defaultMap.method, wantsSecondOpinion: true } as const;

/** A slice on its way to an answer; `tag` is the caller's own name for it. */
export interface StreamItem<Tag> {
  tag: Tag;
  decoded: Outcome<DecodedSlice>;
}

export interface StreamAnswer<Tag> {
  tag: Tag;
  /** A StoredAnalysis where a store was given. */
  outcome: Outcome<Analysis | StoredAnalysis>;
  /** What the other model says, where it was asked for and there is one. */
  secondOpinion: SecondOpinion | null;
  /** True when the store had the answer and the model was not run. */
  isRecalled: boolean;
}

/** One slice first, so that the reader sees an answer at once; beyond eight a batch is no cheaper and only larger. */
const batchSizes = { first: 1, growth: 4, largest: 8 };
const bulkSizes = { first: 8, growth: 1, largest: 8 };

/** Batches under way: one in each of two inference processes while the next is decoded. */
const batchesAtOnce = 3;

/**
 * Answers for a stream of slices, in order. With a store, known content is recalled instead of run again
 * (same file bytes, frame and model), and every new answer is stored, with its heatmap, before it is yielded. Second
 * opinions are run in the same batches.
 *
 * @throws UserError for what ends the whole stream: cancellation, a missing model, a store that fails
 */
export async function* classifyStream<Tag>(
  items: AsyncIterable<StreamItem<Tag>>,
  tools: ClassifyTools,
  options: StreamOptions,
  store: CaseStore | null,
): AsyncGenerator<StreamAnswer<Tag>> {
  const batches = inBatches(items, options.isInBulk === true ? bulkSizes : batchSizes);
  const answer = (batch: StreamItem<Tag>[]) =>
    store === null
      ? answerBatch(batch, tools, options, store)
      : underWayIn(store).hold(contentsOf(batch), () => answerBatch(batch, tools, options, store));
  for await (const answers of mapInOrder(batches, batchesAtOnce, answer)) yield* answers;
}

/** Slices that are being answered for each store: who asks for one of them meanwhile waits, and recalls. */
const underWay = new WeakMap<CaseStore, KeyedLocks>();

function underWayIn(store: CaseStore): KeyedLocks {
  const locks = underWay.get(store) ?? new KeyedLocks();
  underWay.set(store, locks);
  return locks;
}

function contentsOf(batch: readonly StreamItem<unknown>[]): string[] {
  return batch.flatMap(({ decoded }) => (decoded.ok ? [JSON.stringify(decoded.value.content)] : []));
}

async function answerBatch<Tag>(
  batch: readonly StreamItem<Tag>[],
  tools: ClassifyTools,
  options: StreamOptions,
  store: CaseStore | null,
): Promise<StreamAnswer<Tag>[]> {
  const assigned = await assignBatch(batch, tools, options);
  const questions = await Promise.all(
    assigned.map(async ({ assignment }) =>
      assignment.ok ? ask(assignment.value, tools, options, store) : null,
    ),
  );
  const fresh = await runAndRecord(
    questions.filter((question) => question !== null),
    tools,
    options,
    store,
  );
  return assigned.map(({ item: { tag }, assignment }, index) => {
    const question = questions[index] ?? null;
    if (question === null)
      return { tag, outcome: assignment as Outcome<never>, secondOpinion: null, isRecalled: false };
    const { first, second } = question;
    return {
      tag,
      outcome: answerTo(first, fresh),
      secondOpinion: second && opinionIn(answerTo(second, fresh)),
      isRecalled: first.known !== null,
    };
  });
}

/** One model's run on one slice, and what the store knows of it already. */
interface Run {
  assignment: Assignment;
  known: StoredAnalysis | null;
}

/** What is asked about one slice. */
interface Question {
  first: Run;
  /** Null where no second opinion is wanted, or no other model could give one. */
  second: Run | null;
}

async function ask(
  assignment: Assignment,
  tools: ClassifyTools,
  options: StreamOptions,
  store: CaseStore | null,
): Promise<Question> {
  const other = options.wantsSecondOpinion === true ? await secondModel(assignment, tools.models) : null;
  const [first, second] = [assignment, other && { ...assignment, model: other }];
  return {
    first: { assignment, known: await recall(first, options, store) },
    second: second && { assignment: second, known: await recall(second, options, store) },
  };
}

type Answers = ReadonlyMap<Assignment, Outcome<Analysis | StoredAnalysis>>;

function answerTo({ assignment, known }: Run, fresh: Answers): Outcome<Analysis | StoredAnalysis> {
  return known === null ? (fresh.get(assignment) as Outcome<Analysis>) : { ok: true, value: known };
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

/** An analysis from before the plane was known, or the model had a guard, or with another heatmap, is no answer. */
async function recall(
  { decoded, plane, model }: Assignment,
  { provider, explain, repeatsKnown = false }: ClassifyOptions,
  store: CaseStore | null,
): Promise<StoredAnalysis | null> {
  if (repeatsKnown) return null;
  const known = (await store?.recall(decoded.content, model.fingerprint)) ?? null;
  if (known === null || known.plane !== plane.plane) return null;
  if (explain !== null && canExplain(explain, model.card) && !isOfUsual(known.heatmap, explain)) return null;
  const isGuarded = model.guard === null || known.guard.score !== null;
  return isGuarded && (provider === 'auto' || provider === known.provider) ? known : null;
}

/** A heatmap from before its method's usual layer was another one is taken again. */
function isOfUsual(heatmap: Heatmap | null, method: ExplanationMethod): boolean {
  return heatmap?.method === method && heatmap.layer === usualLayer(method);
}

/** A run that failed gives no second opinion, and spoils nothing of the first. */
function opinionIn(outcome: Outcome<Analysis>): SecondOpinion | null {
  return outcome.ok ? opinionOf(outcome.value) : null;
}

/**
 * Runs what is not known, all models in one go, and stores it. A second opinion is stored only before the first one of
 * its slice, so that it never stands as the slice's newest answer.
 */
async function runAndRecord(
  questions: readonly Question[],
  tools: ClassifyTools,
  options: StreamOptions,
  store: CaseStore | null,
): Promise<Answers> {
  const unknown = (run: Run | null) => (run === null || run.known !== null ? [] : [run.assignment]);
  const assignments = [
    ...questions.flatMap(({ second }) => unknown(second)),
    ...questions.flatMap(({ first }) => unknown(first)),
  ];
  if (assignments.length === 0) return new Map();
  const explain = options.explain ?? (store === null ? null : defaultMap.method);
  const outcomes = await classifySlices(assignments, tools, { ...options, explain });
  const answers = new Map<Assignment, Outcome<Analysis | StoredAnalysis>>(
    assignments.map((assignment, index) => [assignment, outcomes[index] as Outcome<Analysis>]),
  );
  if (store === null) return answers;
  const firstOf = new Map(questions.map(({ first, second }) => [second?.assignment, first.assignment]));
  const kept = assignments.flatMap((assignment) => {
    const outcome = answers.get(assignment);
    const isAnswered = answers.get(firstOf.get(assignment) ?? assignment)?.ok === true;
    return outcome?.ok === true && isAnswered ? [{ assignment, analysis: outcome.value }] : [];
  });
  const stored = await store.record(
    kept.map(({ assignment: { decoded }, analysis }) => ({ ...pictureOf(decoded), analysis })),
  );
  kept.forEach(({ assignment }, index) =>
    answers.set(assignment, { ok: true, value: stored[index] as StoredAnalysis }),
  );
  return answers;
}

function pictureOf({ slice, content }: DecodedSlice): Pick<AnalysisRecord, 'slice' | 'content'> {
  return { slice, content };
}
