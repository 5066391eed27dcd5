/**
 * `npm run models`: trains the shipped models and every run behind docs/results.md, and goes on where it was stopped.
 *
 *     npm run models -- --plan shipped|published|grouped [--dataset DIR] [--labels FILE] [--imagenet DIR]
 *         [--healthy PATH]… [--work DIR]
 *
 * `shipped` trains on the first fold of the grouped split and puts the models into models/; `published` repeats the
 * published project's protocol with three seeds; `grouped` trains the combined model on all five folds. Finished runs
 * are left alone, interrupted ones resumed; every evaluation is a file in evaluations/ of the work folder, from which
 * `resources/tabulateResults.ts` makes the tables of docs/results.md.
 */
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { evaluateModel } from '../src-main/calls/evaluateModel.ts';
import { openEngine } from '../src-main/calls/openEngine.ts';
import { splitDataset } from '../src-main/calls/splitDataset.ts';
import { resumeTraining, trainModel } from '../src-main/calls/trainModel.ts';
import { Labels } from '../src-main/datasets/Labels.ts';
import { readSplit } from '../src-main/datasets/splits/splitFile.ts';
import type { SplitPart } from '../src-main/datasets/splits/Split.ts';
import { loadModel } from '../src-main/network/loadModel.ts';
import { RunControl } from '../src-main/training/run/RunControl.ts';
import { replaceFolder } from '../src-main/storage/replaceFolder.ts';
import { modelCardSchema, type ModelCard } from '../src-shared/domain/modelCard.ts';
import type { Recipe, Subset } from '../src-shared/domain/trainingRun.ts';
import {
  evaluationFile,
  groupedFolds,
  groupedSeed,
  nameOf,
  publishedSeeds,
  readEvaluation,
  type KeptEvaluation,
  type Task,
} from './keptEvaluations.ts';
import { augmentationPresets } from '../src-shared/imaging/augmentation/augmentationPresets.ts';

const { values: given } = parseArgs({
  options: {
    plan: { type: 'string', default: 'shipped' },
    dataset: { type: 'string' },
    labels: { type: 'string' },
    imagenet: { type: 'string' },
    healthy: { type: 'string', multiple: true },
    work: { type: 'string' },
  },
});
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const dataset = given.dataset ?? at('../../shared/data/brain-tumor-mri');
const labelFile = given.labels ?? at('./brain-tumor-mri.manifest.csv');
const imagenet = given.imagenet ?? at('../../shared/data/mobilenetv2-imagenet');
const healthyHeads = given.healthy ?? [
  at('../../shared/data/dicom-head'),
  at('../../shared/data/nifti/spm152.nii.gz'),
];
const work = given.work ?? at('../.work/models');
const modelsFolder = at('../models');

/** A model of one plane goes on from the combined one of the same split, which has seen none of its test pictures. */
const ofPlane: Partial<Recipe> = { epochs: 6, learningRate: 4e-4 };
const recipes: Record<Subset, Partial<Recipe>> = {
  combined: {},
  axial: ofPlane,
  // Nothing but the last blocks learns: trained further, this model was right and looked elsewhere (docs/results.md).
  sagittal: { ...ofPlane, freeze: 14 },
  coronal: { ...ofPlane, sampler: 'balanced' },
  plane: { epochs: 4 },
};

/** Chosen by the validation part of the first seed: where twins lie on both sides, learning by heart is what counts. */
function publishedRecipe(subset: Subset): Partial<Recipe> {
  const recipe: Partial<Recipe> = { mixup: 0, preprocessing: 'whole-picture' };
  return subset === 'combined' ? { ...recipe, epochs: 12, freeze: 0, layerDecay: 0.95 } : recipe;
}

const augmentations = {
  published: augmentationPresets.light,
  grouped: augmentationPresets.standard,
} as const;

const subsets = ['combined', 'axial', 'sagittal', 'coronal', 'plane'] as const;
const shipped: Task[] = subsets.map((subset) => ({
  subset,
  protocol: 'grouped',
  seed: groupedSeed,
  fold: 0,
}));
const plans: Record<string, Task[]> = {
  shipped,
  published: publishedSeeds.flatMap((seed) =>
    subsets.map((subset): Task => ({ subset, protocol: 'published', seed, fold: 0 })),
  ),
  grouped: Array.from({ length: groupedFolds }, (_, fold): Task => ({
    subset: 'combined',
    protocol: 'grouped',
    seed: groupedSeed,
    fold,
  })),
};

const runOf = (task: Task): string => join(work, nameOf(task));

async function splitFileOf({ protocol, seed }: Task): Promise<string> {
  const out = join(work, `${protocol}-${seed}.json`);
  const folds = protocol === 'grouped' ? groupedFolds : 1;
  if (!existsSync(out)) await splitDataset({ folder: dataset, labelFile, protocol, folds, seed, out });
  return out;
}

async function train(task: Task, splitFile: string): Promise<void> {
  const out = runOf(task);
  if (existsSync(join(out, 'best', 'card.json'))) return;
  const { subset, protocol, seed, fold } = task;
  const startsFresh = subset === 'combined' || subset === 'plane';
  const events = existsSync(join(out, 'run.json'))
    ? resumeTraining(out, new RunControl())
    : trainModel(
        {
          dataset,
          labelFile,
          subset,
          split: { kind: 'file', file: splitFile },
          fold,
          seed,
          augmentation: augmentations[protocol],
          recipe: { ...recipes[subset], ...(protocol === 'published' ? publishedRecipe(subset) : {}) },
          engine: 'onnx',
          from: startsFresh
            ? { kind: 'imagenet', folder: imagenet }
            : { kind: 'model', model: await loadModel(join(runOf({ ...task, subset: 'combined' }), 'best')) },
          out,
        },
        new RunControl(),
      );
  for await (const event of events) {
    if (event.type !== 'epoch') continue;
    const { epoch, trainAccuracy, validationLoss, validationAccuracy, imagesPerSecond } = event.record;
    const figures = [trainAccuracy, validationLoss, validationAccuracy].map((value) => value.toFixed(4));
    process.stderr.write(`${nameOf(task)} ${epoch}: ${figures.join(' ')} ${imagesPerSecond.toFixed(1)}/s\n`);
  }
}

/** Evaluates a run's model on a part of its split, once. */
async function evaluate(task: Task, splitFile: string, part: SplitPart): Promise<void> {
  const out = evaluationFile(work, nameOf(task), part);
  if (existsSync(out)) return;
  const engine = openEngine();
  try {
    const { card } = await loadModel(join(runOf(task), 'best'));
    const { report, predictions } = await evaluateModel(
      {
        model: join(runOf(task), 'best'),
        provider: 'cpu',
        dataset,
        labels: new Labels(),
        split: { split: await readSplit(splitFile), part, fold: task.fold },
        healthyHeads: part === 'test' && task.subset !== 'plane' ? healthyHeads : [],
      },
      engine,
    );
    const { evaluation, baseline, healthyHeads: healthy } = report;
    const { temperature, conformal, classes } = card;
    const kept: KeptEvaluation = {
      ...task,
      part,
      classes,
      calibration: { temperature, conformal },
      evaluation,
      baseline,
      healthy,
      predictions: predictions.map((one) => ({ ...one, logits: Array.from(one.logits) })),
    };
    await mkdir(dirname(out), { recursive: true });
    await writeFile(out, JSON.stringify(kept));
    process.stderr.write(`${nameOf(task)} ${part}: ${evaluation.accuracy.toFixed(4)}\n`);
  } finally {
    engine.close();
  }
}

/** Adds what was found on healthy heads to the card, and puts the model where the application looks. */
async function install(task: Task): Promise<void> {
  const { healthy } = await readEvaluation(work, nameOf(task), 'test');
  const best = join(runOf(task), 'best');
  const card = modelCardSchema.parse(JSON.parse(await readFile(join(best, 'card.json'), 'utf8')));
  await replaceFolder(join(modelsFolder, task.subset), async (temporary) => {
    await cp(best, temporary, { recursive: true });
    await rm(join(temporary, 'card.json'));
    const text = JSON.stringify(withHealthyHeads(card, healthy), null, 2);
    await writeFile(join(temporary, 'card.json'), `${text}\n`);
  });
}

function withHealthyHeads(card: ModelCard, healthy: KeptEvaluation['healthy']): ModelCard {
  if (healthy === null || healthy.rate === null) return card;
  const { n, falseTumours, rate, interval } = healthy;
  const protocol =
    'healthy slices of two T1 heads of other sources (a DICOM series, central slices of a NIfTI volume)';
  return {
    ...card,
    metrics: [
      ...card.metrics,
      { name: 'falseTumourRate', value: rate, interval: interval && [interval[0], interval[1]], protocol, n },
    ],
    limits: [
      ...card.limits,
      `It calls ${falseTumours} of ${n} slices of two healthy heads from other sources a tumour.`,
    ],
  };
}

const plan = plans[given.plan];
if (plan === undefined) throw new Error(`--plan must be one of ${Object.keys(plans).join(', ')}`);
await mkdir(work, { recursive: true });
for (const task of plan) {
  const splitFile = await splitFileOf(task);
  await train(task, splitFile);
  for (const part of ['test', 'validation', 'train'] as const) await evaluate(task, splitFile, part);
  if (plan === shipped) await install(task);
}
