import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AugmentationPreset } from '../../src-shared/imaging/augmentation/augmentationPreset.ts';
import { providerNames } from '../../src-shared/domain/analysis.ts';
import { stepEngineNames, subsets, type Recipe } from '../../src-shared/domain/trainingRun.ts';
import { epochWords, minutesWords } from '../calls/training/RunLog.ts';
import { openUserEngine } from '../calls/openUserEngine.ts';
import {
  resumeTraining,
  trainModel,
  usualResources,
  type TrainEvent,
  type TrainRequest,
} from '../calls/trainModel.ts';
import { readAugmentationPreset } from '../training/augmentation/readAugmentationPreset.ts';
import type { RunResources } from '../training/run/openRun.ts';
import { readRecipe } from '../training/run/readRecipe.ts';
import { RunControl } from '../training/run/RunControl.ts';
import { exitCodes, type Command } from './Command.ts';
import { Misuse } from './Misuse.ts';
import { ProgressLine } from './ProgressLine.ts';
import { oneOf, readArguments, resolvePath, wholeNumber } from './readArguments.ts';
import { writeLine } from './writeJson.ts';

/** Options that a run which is gone on with takes as well; the others are in its run.json. */
const anyRunOptions = {
  'checkpoint-minutes': { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const resumeOptions = { resume: { type: 'string' }, ...anyRunOptions } as const;

const options = {
  dataset: { type: 'string' },
  labels: { type: 'string' },
  subset: { type: 'string' },
  split: { type: 'string', default: 'grouped' },
  fold: { type: 'string' },
  epochs: { type: 'string' },
  batch: { type: 'string' },
  'learning-rate': { type: 'string' },
  seed: { type: 'string' },
  engine: { type: 'string', default: 'onnx' },
  provider: { type: 'string', default: 'auto' },
  threads: { type: 'string' },
  from: { type: 'string' },
  freeze: { type: 'string' },
  augment: { type: 'string' },
  recipe: { type: 'string' },
  out: { type: 'string' },
  ...anyRunOptions,
} as const;

type StepEvent = Extract<TrainEvent, { type: 'step' }>;

type Values = ReturnType<typeof readArguments<typeof options>>['values'];

/** `bratum train`: a new run, or one that is gone on with. */
export const trainCommand: Command = {
  usage:
    'train --dataset DIR [--labels FILE] [--subset combined|axial|sagittal|coronal|plane] [--split published|grouped|FILE] [--fold K/N] [--epochs N] [--batch N] [--learning-rate R] [--seed N] [--engine onnx|tfjs] [--provider auto|cpu|webgpu|cuda|dml|coreml] [--threads N] --from MODEL|imagenet:DIR|random [--freeze BLOCKS] [--augment PRESET|FILE] [--recipe FILE] [--checkpoint-minutes M] --out DIR [--json] | train --resume DIR [--checkpoint-minutes M] [--json]',
  summary: 'Trains a model; a run that was stopped or killed goes on with --resume, to the same bits.',
  printsLines: true,
  async run(args, { signal }) {
    const control = new RunControl(signal);
    if (args.some((word) => /^--resume(=|$)/.test(word))) {
      const { values } = readArguments(args, resumeOptions);
      await tellAll(resumeTraining(resolvePath(values.resume!), control, resourcesOf(values)), values.json);
    } else {
      const { values } = readArguments(args, options);
      const request = await toRequest(values);
      await tellAll(trainModel(request, control, resourcesOf(values)), values.json);
    }
    return exitCodes.done;
  },
};

async function tellAll(events: AsyncGenerator<TrainEvent>, isJson: boolean): Promise<void> {
  const progress = new ProgressLine();
  try {
    for await (const event of events) {
      if (event.type === 'step') progress.show(stepText(event));
      else {
        progress.clear();
        if (isJson) printLine(event);
        else printWords(event);
      }
    }
  } finally {
    progress.clear();
  }
}

function resourcesOf(values: { 'checkpoint-minutes'?: string | undefined }): RunResources {
  const usual = usualResources();
  const text = values['checkpoint-minutes'];
  if (text === undefined) return usual;
  const minutes = Number(text);
  if (text === '' || !(minutes >= 0)) throw new Misuse('--checkpoint-minutes must be a number, 0 or more');
  return { ...usual, checkpointEveryMs: minutes * 60_000 };
}

async function toRequest(values: Values): Promise<TrainRequest> {
  const { dataset, out, labels, threads, subset, seed, augment } = values;
  if (dataset === undefined || out === undefined) throw new Misuse('--dataset and --out are needed.');
  const { fold, folds } = foldOf(values.fold);
  const recipe = values.recipe === undefined ? {} : await readRecipe(resolvePath(values.recipe));
  return {
    dataset: resolvePath(dataset),
    labelFile: labels === undefined ? null : resolvePath(labels),
    subset: subset === undefined ? (recipe.subset ?? 'combined') : oneOf('--subset', subsets, subset),
    split: splitOf(values.split, folds),
    fold,
    seed: seed === undefined ? (recipe.seed ?? 1) : wholeNumber('--seed', seed, 0, 2 ** 32 - 1),
    augmentation:
      (augment === undefined && recipe.augmentation) || (await augmentationOf(augment ?? 'standard')),
    recipe: { ...recipe, ...numbersOf(values) },
    engine: oneOf('--engine', stepEngineNames, values.engine),
    provider: oneOf('--provider', ['auto', ...providerNames] as const, values.provider),
    ...(threads !== undefined && { threads: wholeNumber('--threads', threads, 1, 256) }),
    from: await startOf(values.from),
    out: resolvePath(out),
  };
}

function augmentationOf(text: string): Promise<AugmentationPreset> {
  return readAugmentationPreset(/[/\\.]/.test(text) ? resolvePath(text) : text);
}

function splitOf(text: string, folds: number): TrainRequest['split'] {
  if (text === 'published') return { kind: 'published' };
  return text === 'grouped' ? { kind: 'grouped', folds } : { kind: 'file', file: resolvePath(text) };
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
  if (existsSync(join(resolvePath(text), 'model.json')))
    return { kind: 'layers-model', folder: resolvePath(text) };
  const engine = openUserEngine();
  try {
    return { kind: 'model', model: await engine.models.load(/[/\\.]/.test(text) ? resolvePath(text) : text) };
  } finally {
    engine.close();
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

/** The lines of the contract. */
function printLine(event: Exclude<TrainEvent, { type: 'step' }>): void {
  if (event.type !== 'epoch') return writeLine(event);
  const { type, record, isBest, remainingMs } = event;
  writeLine({ type, ...record, isBest, remainingMs: Math.round(remainingMs) });
}

function stepText({ epoch, batch, batches, loss, remainingMs }: StepEvent): string {
  return `epoch ${epoch}, batch ${batch} of ${batches}: loss ${loss.toFixed(4)}, ${minutesWords(remainingMs)} left`;
}

function printWords(event: TrainEvent): void {
  if (event.type === 'started') {
    const { train, validation, test } = event.run.parts;
    process.stdout.write(`train ${train}, validation ${validation}, test ${test} pictures\n`);
  } else if (event.type === 'epoch') {
    process.stdout.write(`${epochWords(event.record, event.isBest, event.remainingMs)}\n`);
  } else if (event.type === 'finished') {
    process.stdout.write(
      `best epoch ${event.bestEpoch}: validation accuracy ${event.validationAccuracy.toFixed(4)}, test ${event.testAccuracy?.toFixed(4) ?? '–'}\n`,
    );
  }
}
