import type {
  evaluationCalls as calls,
  SplitDescription,
} from '../../src-shared/contract/evaluationCalls.ts';
import type { ParsedInput } from '../../src-shared/contract/calls.ts';
import { basename } from 'node:path';
import type { EvaluationSummary } from '../../src-shared/domain/evaluation.ts';
import { UserError } from '../../src-shared/errors.ts';
import { errorMessage } from '../../src-shared/errorTexts.ts';
import { Labels, readLabels } from '../datasets/Labels.ts';
import type { Split } from '../datasets/splits/Split.ts';
import { readSplit } from '../datasets/splits/splitFile.ts';
import { RunFolder } from '../training/run/RunFolder.ts';
import type { Handlers } from './dispatch.ts';
import { evaluateModel, type EvaluationRequest } from './evaluateModel.ts';
import { runFolderOf } from './runFolderOf.ts';
import { exportCorrectedLabels, exportEvaluation } from './exportEvaluation.ts';
import { explainEvaluatedSlice, listEvaluatedSlices } from './evaluatedSlices.ts';
import type { JobContext } from './Jobs.ts';
import type { Parts } from './Parts.ts';
import { splitDataset } from './splitDataset.ts';

type EvaluationCalls = Pick<Handlers, keyof typeof calls>;

/** Evaluating models, keeping what came of it, and looking at single slices of it. */
export function evaluationCalls(parts: Parts): EvaluationCalls {
  const { jobs, evaluations, sources, host } = parts;
  const changed = (): void => host.emit({ name: 'evaluationsChanged', payload: {} });
  return {
    describeSplit: async ({ file }) => describe(await readSplit(sources.resolve(file))),
    evaluateModel: (input) =>
      Promise.resolve(
        jobs.start<'evaluateModel'>(async (context) => {
          const request = await toRequest(input, parts, context.signal);
          const summary = await evaluateAndKeep(request, null, parts, context);
          changed();
          return summary;
        }),
      ),
    evaluateRun: ({ run, provider }) =>
      Promise.resolve(
        jobs.start<'evaluateRun'>(async (context) => {
          const request = await requestOfRun(runFolderOf(parts.storeFolder, run), provider);
          const summary = await evaluateAndKeep(request, basename(run), parts, context);
          changed();
          return summary;
        }),
      ),
    listEvaluations: async () => ({ evaluations: (await evaluations.store()).list() }),
    openEvaluation: async ({ id }) => {
      const { summary, report, failures } = (await evaluations.store()).open(id);
      return { summary, report, failures: failures.map(({ path, message }) => ({ path, message })) };
    },
    deleteEvaluation: async ({ id }) => {
      const store = await evaluations.store();
      store.remove(id);
      changed();
      return { evaluations: store.list() };
    },
    listEvaluatedSlices: (input) => listEvaluatedSlices(input, parts),
    explainEvaluatedSlice: (input) => explainEvaluatedSlice(input, parts),
    reviewEvaluatedSlice: async ({ id, position, review }) => {
      const store = await evaluations.store();
      if (store.open(id).slices[position] === undefined) throw new UserError('handle-unknown');
      store.review(id, position, review);
      changed();
      return { reviewed: store.reviewsOf(id).size };
    },
    exportEvaluation: (input) =>
      Promise.resolve(jobs.start<'exportEvaluation'>((context) => exportEvaluation(input, parts, context))),
    exportCorrectedLabels: (input) =>
      Promise.resolve(jobs.start<'exportCorrectedLabels'>(() => exportCorrectedLabels(input, parts))),
  };
}

function describe({ protocol, seed, folds }: Split): SplitDescription {
  return {
    protocol,
    seed,
    folds: folds.map(({ train, validation, test }) => ({
      train: train.length,
      validation: validation.length,
      test: test.length,
    })),
  };
}

async function evaluateAndKeep(
  request: EvaluationRequest,
  run: string | null,
  parts: Parts,
  { signal, progress }: JobContext,
): Promise<EvaluationSummary> {
  const total = request.split === null ? null : partLength(request.split);
  progress(0, total);
  const onProgress = (done: number): void => progress(done, total);
  const { report, slices, failures } = await evaluateModel({ ...request, signal, onProgress }, parts.engine);
  return (await parts.evaluations.store()).add({
    folder: request.dataset,
    run,
    report,
    slices,
    failures: failures.map(({ path, error }) => ({ path, code: error.code, message: errorMessage(error) })),
  });
}

function partLength({ split, part, fold }: NonNullable<EvaluationRequest['split']>): number | null {
  return split.folds[fold]?.[part].length ?? null;
}

async function toRequest(
  { model, against, dataset, labels, split, healthyHeads, provider }: ParsedInput<'evaluateModel'>,
  { sources }: Parts,
  signal: AbortSignal,
): Promise<EvaluationRequest> {
  const folder = sources.resolve(dataset);
  const labelFile = labels === null ? null : sources.resolve(labels);
  return {
    model,
    against,
    provider,
    dataset: folder,
    labels: labelFile === null ? new Labels() : await readLabels(labelFile),
    split:
      split === null
        ? null
        : {
            split: await splitOf(split.source, { folder, labelFile, signal }, sources),
            part: split.part,
            fold: split.fold - 1,
          },
    isBesideValidation: split?.isBesideValidation ?? false,
    healthyHeads: healthyHeads.map((source) => sources.resolve(source)),
  };
}

/** The test part that a run kept back, with its own model. @throws UserError 'run-not-found', 'run-damaged', 'invalid-input' */
async function requestOfRun(
  path: string,
  provider: EvaluationRequest['provider'],
): Promise<EvaluationRequest> {
  const folder = await RunFolder.inspect(path);
  const { run, split } = await folder.read();
  const { subset } = run.recipe;
  return {
    model: folder.best,
    provider,
    dataset: run.dataset.folder,
    labels: new Labels(),
    split: { split, part: 'test', fold: run.split.fold, subset },
    isBesideValidation: true,
    healthyHeads: [],
  };
}

type SplitSource = NonNullable<ParsedInput<'evaluateModel'>['split']>['source'];

async function splitOf(
  source: SplitSource,
  context: { folder: string; labelFile: string | null; signal: AbortSignal },
  sources: Parts['sources'],
): Promise<Split> {
  if (source.kind === 'file') return readSplit(sources.resolve(source.file));
  const { protocol, seed, folds } = source;
  if (protocol === 'published' && folds > 1)
    throw new UserError('invalid-input', { reason: 'The published split has one fold.' });
  return (await splitDataset({ ...context, protocol, seed, folds, out: null })).split;
}
