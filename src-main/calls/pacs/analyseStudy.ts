import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { defaultMap } from '../../../src-shared/domain/mapName.ts';
import type { CaseStore } from '../../cases/CaseStore.ts';
import { readInstance, type DicomInstance } from '../../images/dicom/readInstance.ts';
import type { PacsConnection } from '../../interop/PacsConnection.ts';
import type { AnalysedInstance, ResultObject } from '../../interop/results/AnalysedInstance.ts';
import { makeResults } from '../../interop/results/makeResults.ts';
import { explicitLittleEndian } from '../../interop/results/writeObject.ts';
import { applicationVersion } from '../applicationVersion.ts';
import { classifyPaths, type PathAnswer } from '../classifyPaths.ts';
import type { ClassifyOptions, ClassifyTools } from '../classifySlices.ts';
import { isAnalysed } from './isAnalysed.ts';
import { pullStudy, type PullRequest } from './pullStudy.ts';
import { pushObjects, type PushedObject } from './pushObjects.ts';
import { resultModel } from './resultModel.ts';

/** What to do with a study. */
export interface StudyRequest extends Omit<PullRequest, 'isWanted' | 'onFile'> {
  model: string;
  provider: ClassifyOptions['provider'];
  store: CaseStore | null;
  /** Send the results back. */
  isPushed: boolean;
  /** Gets each result before it is sent. */
  onResult: (result: ResultObject) => Promise<void>;
  onProgress: (done: string) => void;
  signal: AbortSignal;
}

/** What became of a study. */
export interface StudyOutcome {
  series: number;
  fetched: number;
  kept: number;
  answers: PathAnswer[];
  /** Null where nothing was sent. */
  pushed: PushedObject[] | null;
}

/**
 * The way of a study from the archive and back: pulled, every slice analysed, and what came out, a Secondary Capture for
 * each slice and one report, stored in the same study. Earlier results are not analysed, and a repeat sends nothing that
 * is there.
 *
 * @throws UserError 'pacs-…', 'cancelled', and what ends a classification
 */
export async function analyseStudy(
  connection: PacsConnection,
  tools: ClassifyTools,
  request: StudyRequest,
): Promise<StudyOutcome> {
  const { model, provider, store, signal, onProgress } = request;
  const pulled = await pullStudy(connection, {
    ...request,
    isWanted: isAnalysed,
    onFile: (files) => onProgress(`${files} files`),
  });
  const answers: PathAnswer[] = [];
  const options = {
    model,
    provider,
    explain: defaultMap.method,
    allSlices: true,
    signal,
    onSkipped: () => undefined,
  } as const;
  const folders = pulled.map(({ folder }) => folder);
  for await (const answer of classifyPaths(folders, tools, options, store)) {
    answers.push(answer);
    onProgress(`${answers.length} slices`);
  }
  const results: ResultObject[] = [];
  const analysed = await withInstances(answers, tools, model);
  for await (const result of makeResults(analysed, {
    applicationVersion: applicationVersion(),
    madeAt: new Date(),
  })) {
    await request.onResult(result);
    results.push(result);
  }
  const outgoing = results.map((result) => ({ ...result, transferSyntaxUid: explicitLittleEndian }));
  return {
    series: pulled.length,
    fetched: pulled.reduce((sum, { fetched }) => sum + fetched, 0),
    kept: pulled.reduce((sum, { kept }) => sum + kept, 0),
    answers,
    pushed: request.isPushed ? await pushObjects(connection, outgoing) : null,
  };
}

async function withInstances(
  answers: readonly PathAnswer[],
  tools: ClassifyTools,
  asked: string,
): Promise<AnalysedInstance[]> {
  const instances = new Map<string, Promise<DicomInstance>>();
  const analysed: AnalysedInstance[] = [];
  for (const { path, slice, outcome } of answers) {
    if (!outcome.ok || slice === null) continue;
    let reading = instances.get(path);
    if (reading === undefined) {
      reading = readFile(path).then((bytes) => readInstance(bytes, basename(path)));
      instances.set(path, reading);
    }
    const model = await resultModel(asked === 'auto' ? outcome.value.model : asked, tools.models);
    analysed.push({
      ...{ instance: await reading, slice, analysis: outcome.value },
      model: { ...model, name: outcome.value.model },
    });
  }
  return analysed;
}
