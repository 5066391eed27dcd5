import { providerNames } from '../../src-shared/domain/analysis.ts';
import { subsets } from '../../src-shared/domain/trainingRun.ts';
import { evaluationParts, type EvaluationRequest } from '../calls/evaluateModel.ts';
import { Labels, readLabels } from '../datasets/Labels.ts';
import { readSplit } from '../datasets/splits/splitFile.ts';
import { Misuse } from './Misuse.ts';
import { oneOf, resolvePath, wholeNumber } from './readArguments.ts';

/** Which model is judged, on what, as `evaluate` and `audit` ask for it. */
export const judgedOptions = {
  model: { type: 'string' },
  against: { type: 'string' },
  dataset: { type: 'string' },
  labels: { type: 'string' },
  'split-file': { type: 'string' },
  part: { type: 'string' },
  subset: { type: 'string' },
  fold: { type: 'string', default: '1' },
  provider: { type: 'string', default: 'auto' },
} as const;

interface JudgedValues {
  model?: string | undefined;
  against?: string | undefined;
  dataset?: string | undefined;
  labels?: string | undefined;
  'split-file'?: string | undefined;
  part?: string | undefined;
  subset?: string | undefined;
  fold: string;
  provider: string;
}

type JudgedPart = Required<
  Pick<EvaluationRequest, 'model' | 'against' | 'provider' | 'dataset' | 'labels' | 'split'>
>;

/** Checks that what belongs together was given, before any file is read. @throws Misuse */
export function checkJudged(values: JudgedValues): void {
  if (values.model === undefined || values.dataset === undefined)
    throw new Misuse('--model and --dataset are needed.');
  if ((values['split-file'] === undefined) !== (values.part === undefined))
    throw new Misuse('--split-file and --part belong together.');
  if (values.subset !== undefined && values.part === undefined)
    throw new Misuse('--subset belongs to --part.');
}

/**
 * Reads the labels and the split that were named.
 *
 * @param values - as `checkJudged` let them pass
 * @throws Misuse, and what reading a label file or a split throws
 */
export async function readJudged(values: JudgedValues): Promise<JudgedPart> {
  const part = values.part === undefined ? null : oneOf('--part', evaluationParts, values.part);
  const fold = wholeNumber('--fold', values.fold, 1, 1000) - 1;
  const splitFile = values['split-file'];
  const subset = values.subset === undefined ? undefined : oneOf('--subset', subsets, values.subset);
  return {
    model: nameOrFolder(values.model!),
    against: values.against === undefined ? null : nameOrFolder(values.against),
    provider: oneOf('--provider', ['auto', ...providerNames], values.provider),
    dataset: resolvePath(values.dataset!),
    labels: values.labels === undefined ? new Labels() : await readLabels(resolvePath(values.labels)),
    split:
      splitFile === undefined || part === null
        ? null
        : { split: await readSplit(resolvePath(splitFile)), part, fold, subset },
  };
}

function nameOrFolder(given: string): string {
  return /[/\\.]/.test(given) ? resolvePath(given) : given;
}
