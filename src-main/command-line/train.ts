import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { stepEngineNames, subsets, type Recipe } from '../../src-shared/domain/trainingRun.ts';
import { UserError } from '../../src-shared/errors.ts';
import { openEngine } from '../calls/openEngine.ts';
import { resumeTraining, trainModel, type TrainEvent, type TrainRequest } from '../calls/trainModel.ts';
import { readAugmentationPreset } from '../training/augmentation/readAugmentationPreset.ts';
import { RunControl } from '../training/run/RunControl.ts';
import { exitCodes, type Command } from './Command.ts';
import { Misuse } from './Misuse.ts';
import { oneOf, readArguments, resolvePath, wholeNumber } from './readArguments.ts';

const options = {
  dataset: { type: 'string' },
  labels: { type: 'string' },
  subset: { type: 'string', default: 'combined' },
  split: { type: 'string', default: 'grouped' },
  fold: { type: 'string' },
  epochs: { type: 'string' },
  batch: { type: 'string' },
  'learning-rate': { type: 'string' },
  seed: { type: 'string', default: '1' },
  engine: { type: 'string', default: 'onnx' },
  threads: { type: 'string' },
  from: { type: 'string' },
  freeze: { type: 'string' },
  augment: { type: 'string', default: 'standard' },
  recipe: { type: 'string' },
  out: { type: 'string' },
  resume: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof readArguments<typeof options>>['values'];

/** `bratum train`: a new run, or one that is gone on with. */
export const trainCommand: Command = {
  usage:
    'train --dataset DIR [--labels FILE] [--subset combined|axial|sagittal|coronal|plane] [--split published|grouped|FILE] [--fold K/N] [--epochs N] [--batch N] [--learning-rate R] [--seed N] [--engine onnx|tfjs] [--threads N] --from MODEL|imagenet:DIR|random [--freeze BLOCKS] [--augment PRESET|FILE] [--recipe FILE] --out DIR [--json] | train --resume DIR [--json]',
  summary: 'Trains a model; a run that was stopped or killed goes on with --resume, to the same bits.',
  async run(args, { signal }) {
    const { values } = readArguments(args, options);
    const control = new RunControl(signal);
    const events =
      values.resume === undefined
        ? trainModel(await toRequest(values), control)
        : resumeTraining(resolvePath(values.resume), control);
    const tell = values.json ? printLine : printWords;
    for await (const event of events) tell(event);
    return exitCodes.done;
  },
};

async function toRequest(values: Values): Promise<TrainRequest> {
  const { dataset, out, from } = values;
  if (dataset === undefined || out === undefined) throw new Misuse('--dataset and --out are needed.');
  const { fold, folds } = foldOf(values.fold);
  return {
    dataset: resolvePath(dataset),
    labelFile: values.labels === undefined ? null : resolvePath(values.labels),
    subset: oneOf('--subset', subsets, values.subset),
    split:
      values.split === 'published'
        ? { kind: 'published' }
        : values.split === 'grouped'
          ? { kind: 'grouped', folds }
          : { kind: 'file', file: resolvePath(values.split) },
    fold,
    seed: wholeNumber('--seed', values.seed, 0, 2 ** 32 - 1),
    augmentation: await readAugmentationPreset(
      /[/\\.]/.test(values.augment) ? resolvePath(values.augment) : values.augment,
    ),
    recipe: { ...(await recipeOf(values.recipe)), ...numbersOf(values) },
    engine: oneOf('--engine', stepEngineNames, values.engine),
    ...(values.threads !== undefined && { threads: wholeNumber('--threads', values.threads, 1, 256) }),
    from: await startOf(from),
    out: resolvePath(out),
  };
}

/** `K/N`, or K of a split file's folds; counted from 1. */
function foldOf(text: string | undefined): { fold: number; folds: number } {
  if (text === undefined) return { fold: 0, folds: 1 };
  const [k = '', n = '1000'] = text.split('/');
  const folds = wholeNumber('the number of folds in --fold', n, 1, 1000);
  return { fold: wholeNumber('--fold', k, 1, folds) - 1, folds };
}

async function startOf(text: string | undefined): Promise<TrainRequest['from']> {
  if (text === undefined) throw new Misuse('Say where to start from: --from MODEL|imagenet:DIR|random.');
  if (text === 'random') return { kind: 'random' };
  if (text.startsWith('imagenet:'))
    return { kind: 'imagenet', folder: resolvePath(text.slice('imagenet:'.length)) };
  const engine = openEngine();
  try {
    return { kind: 'model', model: await engine.models.load(/[/\\.]/.test(text) ? resolvePath(text) : text) };
  } finally {
    engine.close();
  }
}

/** What the recipe's file says; any of its fields, the others are the usual ones. */
async function recipeOf(file: string | undefined): Promise<Partial<Recipe>> {
  if (file === undefined) return {};
  const path = resolvePath(file);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UserError('file-not-found', { file: basename(path) }, { cause });
  });
  try {
    return JSON.parse(text) as Partial<Recipe>;
  } catch (cause) {
    const reason = `${basename(path)} is no JSON.`;
    throw new UserError('invalid-input', { file: basename(path), reason }, { cause });
  }
}

function numbersOf(values: Values): Partial<Recipe> {
  const { epochs, batch, freeze } = values;
  const rate = values['learning-rate'];
  if (rate !== undefined && !(Number(rate) > 0)) throw new Misuse('--learning-rate must be a number above 0');
  return {
    ...(epochs !== undefined && { epochs: wholeNumber('--epochs', epochs, 1, 1000) }),
    ...(batch !== undefined && { batch: wholeNumber('--batch', batch, 1, 1024) }),
    ...(freeze !== undefined && { freeze: wholeNumber('--freeze', freeze, 0, 18) }),
    ...(rate !== undefined && { learningRate: Number(rate) }),
  };
}

/** The lines of the contract; single steps are for people. */
function printLine(event: TrainEvent): void {
  if (event.type === 'step') return;
  if (event.type !== 'epoch') return void process.stdout.write(`${JSON.stringify(event)}\n`);
  const { type, record, isBest, remainingMs } = event;
  process.stdout.write(
    `${JSON.stringify({ type, ...record, isBest, remainingMs: Math.round(remainingMs) })}\n`,
  );
}

function printWords(event: TrainEvent): void {
  if (event.type === 'started') {
    const { train, validation, test } = event.run.parts;
    process.stdout.write(`train ${train}, validation ${validation}, test ${test} pictures\n`);
  } else if (event.type === 'epoch') {
    const { epoch, trainLoss, trainAccuracy, validationLoss, validationAccuracy, imagesPerSecond } = event.record;
    process.stdout.write(
      `epoch ${epoch}: loss ${trainLoss.toFixed(4)}, accuracy ${trainAccuracy.toFixed(4)}; validation ${validationLoss.toFixed(4)}, ${validationAccuracy.toFixed(4)}${event.isBest ? ', the best so far' : ''}; ${imagesPerSecond.toFixed(1)} images/s, ${minutes(event.remainingMs)} left\n`,
    );
  } else if (event.type === 'finished') {
    process.stdout.write(
      `best epoch ${event.bestEpoch}: validation accuracy ${event.validationAccuracy.toFixed(4)}, test ${event.testAccuracy?.toFixed(4) ?? '–'}\n`,
    );
  }
}

function minutes(ms: number): string {
  return `${Math.ceil(ms / 60_000)} min`;
}
