import { defaultMap } from '../../src-shared/domain/mapName.ts';
import type { ParsedInput } from '../../src-shared/contract/calls.ts';
import type {
  AnswerChange,
  AnswerVersion,
  CaseDetail,
  CaseSlice,
  ReanalysisSummary,
  StoredAnalysis,
} from '../../src-shared/domain/cases.ts';
import { tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import { UserError } from '../../src-shared/errors.ts';
import { mapInOrder } from '../../src-shared/inOrder.ts';
import type { CaseStore } from '../cases/CaseStore.ts';
import { classifyStream, type StreamItem } from './classifyStream.ts';
import type { JobContext } from './Jobs.ts';
import type { DecodedSlice } from './OpenedSlices.ts';
import type { Parts } from './Parts.ts';
import { reportFailure } from './reportFailure.ts';

const readersAtOnce = 4;

/**
 * Runs a model on the stored slices of a case, whatever is known of them, keeps every answer, and says what became
 * another class or probability. Each answer also arrives as a `sliceAnalysed` event.
 *
 * @throws UserError 'study-unknown' for a study that the case does not have, or what ends a classification
 */
export async function reanalyseCase(
  detail: CaseDetail,
  { studies, model, provider }: ParsedInput<'reanalyseCase'>,
  { store, engine, host }: Parts,
  { job, signal, progress }: JobContext,
): Promise<ReanalysisSummary> {
  const slices = slicesOf(detail, studies);
  const changes: AnswerChange[] = [];
  let failed = 0;
  progress(0, slices.length);
  const items = mapInOrder(slices, readersAtOnce, (slice) => readStored(slice, store));
  const options = { model, provider, explain: defaultMap.method, signal, repeatsKnown: true };
  for await (const { tag, outcome } of classifyStream(items, engine, options, store)) {
    const answer = outcome.ok ? { ok: true as const, value: outcome.value as StoredAnalysis } : outcome;
    host.emit({ name: 'sliceAnalysed', payload: { job, slice: tag.slice, outcome: answer } });
    if (answer.ok) changes.push(changeOf(tag, answer.value));
    else failed++;
    progress(changes.length + failed, slices.length);
  }
  if (changes.length > 0) host.emit({ name: 'casesChanged', payload: {} });
  const changed = changes.filter(({ hasOtherClass }) => hasOtherClass).length;
  return { analysed: changes.length, failed, changed, changes };
}

function slicesOf({ detailStudies }: CaseDetail, studyKeys: readonly string[]): CaseSlice[] {
  const chosen = detailStudies.filter(
    ({ studyKey }) => studyKeys.length === 0 || studyKeys.includes(studyKey),
  );
  if (studyKeys.some((key) => !chosen.some(({ studyKey }) => studyKey === key)))
    throw new UserError('study-unknown');
  return chosen.flatMap(({ series }) => series.flatMap((one) => one.slices));
}

async function readStored(tag: CaseSlice, store: CaseStore): Promise<StreamItem<CaseSlice>> {
  const bytesAt = performance.now();
  try {
    const [slice, content] = await Promise.all([store.readSlice(tag.slice), store.contentOf(tag.slice)]);
    const decoded: DecodedSlice = { slice, content, bytesAt };
    return { tag, decoded: { ok: true, value: decoded } };
  } catch (error) {
    return { tag, decoded: { ok: false, error: reportFailure(error) } };
  }
}

function changeOf({ slice, analysis }: CaseSlice, answer: StoredAnalysis): AnswerChange {
  const before = analysis === null ? null : versionOf(analysis);
  const after = versionOf(answer);
  const differences = tumourClasses.map((name) =>
    Math.abs(after.probabilities[name] - (before?.probabilities[name] ?? 0)),
  );
  return {
    slice,
    before,
    after,
    hasOtherClass: before !== null && before.class !== after.class,
    largestDifference: before === null ? null : Math.max(...differences),
  };
}

function versionOf(analysis: StoredAnalysis): AnswerVersion {
  const { id, createdAt, class: answer, probabilities, model, modelFingerprint } = analysis;
  return { analysis: id, createdAt, class: answer, probabilities, model, modelFingerprint };
}
