import type { StoredAnalysis } from '../../src-shared/domain/cases.ts';
import type { SliceHandle } from '../../src-shared/domain/collection.ts';
import type { AnalysisSummary } from '../../src-shared/contract/events.ts';
import type { ParsedInput } from '../../src-shared/contract/calls.ts';
import type { Outcome } from '../../src-shared/errors.ts';
import { mapInOrder } from '../../src-shared/inOrder.ts';
import { classifyStream, shownWithAnswer, type StreamItem } from './classifyStream.ts';
import type { Handlers } from './dispatch.ts';
import type { JobContext } from './Jobs.ts';
import type { DecodedSlice, OpenedSlices } from './OpenedSlices.ts';
import type { Parts } from './Parts.ts';
import { reportFailure } from './reportFailure.ts';

const decodersAtOnce = 4;

type AnalysisCalls = Pick<Handlers, 'analyseSlices' | 'cancelJob'>;

/** Classifying, explaining and storing opened slices, and cancelling any job. */
export function analysisCalls(parts: Parts): AnalysisCalls {
  return {
    analyseSlices: (input) =>
      Promise.resolve(parts.jobs.start<'analyseSlices'>((context) => analyse(input, parts, context))),
    cancelJob: ({ job }) => Promise.resolve(parts.jobs.cancel(job)),
  };
}

async function analyse(
  { slices: handles, model, provider }: ParsedInput<'analyseSlices'>,
  { slices, engine, store, host }: Parts,
  { job, signal, progress }: JobContext,
): Promise<AnalysisSummary> {
  const summary: AnalysisSummary = { analysed: 0, recalled: 0, failed: 0 };
  const options = { model, provider, signal, ...shownWithAnswer };
  let done = 0;
  progress(done, handles.length);
  for await (const answer of classifyStream(decodeAll(handles, slices), engine, options, store)) {
    const outcome = answer.outcome as Outcome<StoredAnalysis>;
    const { tag: slice, secondOpinion } = answer;
    host.emit({ name: 'sliceAnalysed', payload: { job, slice, outcome, secondOpinion } });
    if (!outcome.ok) summary.failed++;
    else summary.analysed++;
    if (answer.isRecalled) summary.recalled++;
    progress(++done, handles.length);
  }
  if (summary.analysed > summary.recalled) host.emit({ name: 'casesChanged', payload: {} });
  return summary;
}

/** Decoded ahead of the model, a few at a time, in the order asked for. */
function decodeAll(
  handles: readonly SliceHandle[],
  slices: OpenedSlices,
): AsyncIterable<StreamItem<SliceHandle>> {
  return mapInOrder(handles, decodersAtOnce, async (handle) => ({
    tag: handle,
    decoded: await decode(handle, slices),
  }));
}

async function decode(handle: SliceHandle, slices: OpenedSlices): Promise<Outcome<DecodedSlice>> {
  try {
    return { ok: true, value: await slices.decode(handle) };
  } catch (error) {
    return { ok: false, error: reportFailure(error) };
  }
}
