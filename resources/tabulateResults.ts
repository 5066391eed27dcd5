/**
 * Prints the tables of docs/results.md from the evaluations that `npm run models` keeps.
 *
 *     node resources/tabulateResults.ts [--work DIR]
 *
 * What was not evaluated yet is left out, and said.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { subsets, type Subset } from '../src-shared/domain/trainingRun.ts';
import { planes } from '../src-shared/domain/plane.ts';
import { evaluatePredictions, type Evaluation } from '../src-shared/statistics/evaluatePredictions.ts';
import type { Interval } from '../src-shared/statistics/wilsonInterval.ts';
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

const { values: given } = parseArgs({ options: { work: { type: 'string' } } });
const work = given.work ?? fileURLToPath(new URL('../.work/models', import.meta.url));

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const share = (value: number): string => value.toFixed(4);
const between = (interval: Interval | null): string =>
  interval === null ? '–' : `${interval[0].toFixed(3)} – ${interval[1].toFixed(3)}`;
const row = (...cells: (string | number)[]): void => print(`| ${cells.join(' | ')} |`);
const head = (...cells: string[]): void => {
  print('');
  row(...cells);
  row(...cells.map(() => '---'));
};

type Parts = Record<'train' | 'validation' | 'test', KeptEvaluation>;

async function partsOf(task: Task): Promise<Parts | null> {
  const run = nameOf(task);
  for (const part of ['train', 'validation', 'test'] as const)
    if (!existsSync(evaluationFile(work, run, part))) {
      print(`(not evaluated: ${run}, ${part})`);
      return null;
    }
  const [train, validation, test] = await Promise.all(
    (['train', 'validation', 'test'] as const).map((part) => readEvaluation(work, run, part)),
  );
  return { train: train!, validation: validation!, test: test! };
}

/** A model of one plane is judged on its plane; its run's parts hold no other, but its split file does. */
function judged({ subset, evaluation }: KeptEvaluation): { accuracy: number; n: number } {
  const plane = planes.find((one) => one === subset);
  return plane === undefined ? evaluation : evaluation.perPlane![plane]!;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

async function published(): Promise<void> {
  print('\n## Published split');
  const found = new Map<Subset, Parts[]>();
  for (const subset of subsets)
    for (const seed of publishedSeeds) {
      const parts = await partsOf({ subset, protocol: 'published', seed, fold: 0 });
      if (parts !== null) found.set(subset, [...(found.get(subset) ?? []), parts]);
    }
  head(
    'model',
    'seeds',
    'train',
    'validation',
    'test, mean',
    'test, range',
    'loss (train / validation / test)',
  );
  for (const [subset, runs] of found) {
    const test = runs.map((run) => judged(run.test).accuracy);
    const loss = (part: keyof Parts): string => mean(runs.map((run) => run[part].evaluation.loss)).toFixed(3);
    row(
      subset,
      runs.map((run) => run.test.seed).join(', '),
      share(mean(runs.map((run) => judged(run.train).accuracy))),
      share(mean(runs.map((run) => judged(run.validation).accuracy))),
      share(mean(test)),
      `${share(Math.min(...test))} – ${share(Math.max(...test))}`,
      subset === 'combined' || subset === 'plane'
        ? `${loss('train')} / ${loss('validation')} / ${loss('test')}`
        : '–',
    );
  }
}

/** The test parts of all folds as one: each picture is answered once, by a model that never saw its group. */
function pooled(tests: readonly KeptEvaluation[]): Evaluation {
  const calibrated = tests.flatMap(({ predictions, calibration }) =>
    predictions.map((one) => ({
      ...one,
      logits: one.logits.map((value) => value / (calibration.temperature ?? 1)),
    })),
  );
  return evaluatePredictions(calibrated, { temperature: 1, conformal: null }, { classes: tests[0]!.classes });
}

async function grouped(): Promise<void> {
  print('\n## Grouped split');
  const runs: Parts[] = [];
  for (let fold = 0; fold < groupedFolds; fold++) {
    const parts = await partsOf({ subset: 'combined', protocol: 'grouped', seed: groupedSeed, fold });
    if (parts !== null) runs.push(parts);
  }
  if (runs.length === 0) return;
  head(
    'fold',
    'n',
    'train',
    'validation',
    'test',
    'interval',
    'loss (test)',
    'meningioma called no tumour',
    'healthy heads called tumour',
  );
  for (const { train, validation, test } of runs) {
    const { evaluation, healthy } = test;
    row(
      test.fold + 1,
      evaluation.n,
      share(train.evaluation.accuracy),
      share(validation.evaluation.accuracy),
      share(evaluation.accuracy),
      between(evaluation.groupedIntervals.accuracy),
      evaluation.loss.toFixed(3),
      `${evaluation.meningiomaAsNoTumor ?? '–'} of ${evaluation.perClass.meningioma_tumor?.support ?? 0}`,
      (healthy?.sources ?? [])
        .map(({ source, falseTumours, n }) => `${source} ${falseTumours} of ${n}`)
        .join(', '),
    );
  }
  const all = pooled(runs.map(({ test }) => test));
  print(
    `\nPooled over ${runs.length} folds: n ${all.n}, accuracy ${share(all.accuracy)} (${between(all.groupedIntervals.accuracy)}),`,
  );
  print(
    `macro F1 ${share(all.macro.f1)} (${between(all.groupedIntervals.macroF1)}), ROC-AUC ${share(all.rocAuc ?? 0)},`,
  );
  print(`calibration error after the temperatures ${share(all.ece)} (${between(all.groupedIntervals.ece)}),`);
  print(
    `meningioma → no_tumor ${all.meningiomaAsNoTumor} of ${all.perClass.meningioma_tumor?.support} (${between(all.meningiomaAsNoTumorInterval)}).`,
  );
  head('true \\ answered', ...all.classes);
  all.confusion.forEach((counts, i) => row(all.classes[i]!, ...counts));
  head('class', 'recall', 'precision', 'F1');
  for (const name of all.classes) {
    const scores = all.perClass[name]!;
    row(name, share(scores.recall ?? 0), share(scores.precision ?? 0), share(scores.f1 ?? 0));
  }
  head('plane', 'n', 'accuracy');
  for (const [plane, figures] of Object.entries(all.perPlane ?? {}))
    row(plane, figures.n, share(figures.accuracy));
}

await grouped();
await published();
