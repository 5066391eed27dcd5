import { defaultMap } from '../../../src-shared/domain/mapName.ts';
import type { SliceHandle } from '../../../src-shared/domain/collection.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { mapInOrder } from '../../../src-shared/inOrder.ts';
import { readInstance } from '../../images/dicom/readInstance.ts';
import type { AnalysedInstance, ResultObject } from '../../interop/results/AnalysedInstance.ts';
import { makeResults } from '../../interop/results/makeResults.ts';
import { applicationVersion } from '../applicationVersion.ts';
import { classifyStream } from '../classifyStream.ts';
import type { Parts } from '../Parts.ts';
import { resultModel } from './resultModel.ts';

const decodersAtOnce = 4;

/**
 * The results of opened slices as DICOM: a Secondary Capture of each and one report. What was analysed is recalled from
 * the case store, what was not is analysed now.
 *
 * @param onSlice - hears of each slice that has its answer
 * @throws UserError 'handle-unknown', 'dicom-…' where a slice is of no DICOM file, the first failure of an analysis
 */
export async function resultsOf(
  handles: readonly SliceHandle[],
  { slices, engine, store }: Pick<Parts, 'slices' | 'engine' | 'store'>,
  model: string,
  signal: AbortSignal,
  onSlice: () => void,
): Promise<ResultObject[]> {
  const decoded = mapInOrder(handles, decodersAtOnce, async (handle) => ({
    tag: handle,
    decoded: { ok: true, value: await slices.decode(handle) } as const,
  }));
  const options = { model, provider: 'auto', explain: defaultMap.method, signal } as const;
  const analysed: AnalysedInstance[] = [];
  for await (const { tag, outcome } of classifyStream(decoded, engine, options, store)) {
    if (!outcome.ok) throw new UserError(outcome.error.code, outcome.error.detail);
    const [file] = slices.filesOf([tag]);
    if (file === undefined) throw new UserError('handle-unknown');
    const instance = readInstance(await file.readBytes(), file.fileName);
    const { slice } = await slices.decode(tag);
    analysed.push({
      instance,
      slice,
      analysis: outcome.value,
      model: await resultModel(outcome.value.model, engine.models),
    });
    onSlice();
  }
  const results: ResultObject[] = [];
  const about = { applicationVersion: applicationVersion(), madeAt: new Date() };
  for await (const result of makeResults(analysed, about)) results.push(result);
  return results;
}
