import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EvaluationReport, EvaluationSummary } from '../../src-shared/domain/evaluation.ts';
import type { CallInput } from '../../src-shared/contract/calls.ts';
import { percent } from '../../src-shared/statistics/figureTexts.ts';
import { writeModel } from '../fixtures/writeModel.ts';
import { writeInventedDataset } from '../fixtures/writeInventedDataset.ts';
import { bratum } from './commandLine.ts';
import { OpenedWorkstation } from './openedWorkstation.ts';

const perClass = 8;
let folder: string;
let dataset: string;
let opened: OpenedWorkstation;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-evaluation-'));
  dataset = join(folder, 'heads');
  await writeInventedDataset(dataset, perClass);
  const models = join(folder, 'models');
  await writeModel(join(models, 'combined'), { task: 'tumour-class', temperature: 1.5, seed: 3 });
  await writeModel(join(models, 'rival'), { task: 'tumour-class', seed: 4 });
  await mkdir(join(folder, 'delivered'));
  opened = await OpenedWorkstation.open({
    modelsFolder: models,
    deliveryFolder: join(folder, 'delivered'),
  });
}, 60_000);

afterAll(async () => {
  await opened.close();
  await rm(folder, { recursive: true });
});

async function evaluate(more: Partial<CallInput<'evaluateModel'>> = {}): Promise<EvaluationSummary> {
  const [source = ''] = opened.addPaths(dataset);
  const [labels = ''] = opened.addPaths(join(dataset, 'labels.csv'));
  const input = { model: 'combined', dataset: source, labels, provider: 'cpu', ...more } as const;
  const { outcome } = await opened.job('evaluateModel', input);
  if (!outcome.ok) throw new Error(outcome.error.code);
  return outcome.value;
}

async function delivered(name: string): Promise<Buffer> {
  return readFile(join(folder, 'delivered', name));
}

test('what is kept, exported and printed by the command line is the same, to the last digit', async () => {
  const split = { kind: 'made', protocol: 'grouped', seed: 7, folds: 4 } as const;
  const summary = await evaluate({
    against: 'rival',
    split: { source: split, part: 'test', fold: 1, isBesideValidation: true },
  });
  await opened.restart();
  const { evaluations } = await opened.call('listEvaluations', {});
  expect(evaluations).toEqual([summary]);
  const { report } = await opened.call('openEvaluation', { id: summary.id });
  expect(report.evaluation.n).toBe(summary.n);

  const { outcome } = await opened.job('exportEvaluation', { id: summary.id, format: 'json' });
  expect(outcome).toMatchObject({ ok: true, value: { name: 'Evaluation of combined on heads.json' } });
  const exported = JSON.parse((await delivered('Evaluation of combined on heads.json')).toString()) as object;

  const splitFile = join(folder, 'split.json');
  const labels = ['--labels', join(dataset, 'labels.csv')];
  await bratum([
    'dataset',
    'split',
    dataset,
    ...labels,
    '--split',
    'grouped',
    '--seed',
    '7',
    '--folds',
    '4',
    '--out',
    splitFile,
  ]);
  const printed = await bratum([
    'evaluate',
    ...['--model', join(folder, 'models', 'combined'), '--against', join(folder, 'models', 'rival')],
    ...['--dataset', dataset, ...labels, '--split-file', splitFile, '--part', 'test', '--fold', '1'],
    ...['--beside-validation', '--provider', 'cpu', '--json'],
  ]);
  expect(printed.code).toBe(0);
  expect(exported).toEqual(JSON.parse(printed.stdout));
  expect(report.validation!.n).toBeGreaterThan(0);
}, 180_000);

test('every cell of the confusion matrix opens its own slices, and the slices of a pair of models theirs', async () => {
  const { id } = await evaluate({ against: 'rival' });
  const { report } = await opened.call('openEvaluation', { id });
  const { classes, confusion } = report.evaluation;
  expect(report.evaluation.n).toBe(4 * perClass);
  for (const [i, label] of classes.entries())
    for (const [j, answer] of classes.entries()) {
      const selection = { kind: 'cell', label, answer } as const;
      const { total, slices } = await opened.call('listEvaluatedSlices', { id, selection });
      expect(total).toBe(confusion[i]![j]);
      expect(slices.every((slice) => slice.label === label && slice.answer === answer)).toBe(true);
      expect(slices.every(({ slice }) => slice !== null)).toBe(true);
    }
  const totalOf = async (kind: 'only-first' | 'only-second' | 'mistakes') =>
    (await opened.call('listEvaluatedSlices', { id, selection: { kind } })).total;
  expect(await totalOf('only-first')).toBe(report.comparison!.onlyFirst);
  expect(await totalOf('only-second')).toBe(report.comparison!.onlySecond);
  const wrong = confusion.flatMap((row, i) => row.filter((_, j) => i !== j));
  expect(await totalOf('mistakes')).toBe(wrong.reduce((sum, count) => sum + count, 0));
}, 120_000);

test('a slice can be looked at and explained, and its label corrected', async () => {
  const { id } = await evaluate();
  const report = (await opened.call('openEvaluation', { id })).report;
  const shown = await opened.call('listEvaluatedSlices', { id, selection: { kind: 'mistakes' } });
  const [first] = shown.slices;
  if (first === undefined) throw new Error('the invented model should be wrong somewhere');
  expect(first.path).toBe(report.evaluation.mistakes[0]!.path);
  const picture = await opened.call('readSlice', { slice: first.slice ?? '' });
  expect([picture.rows, picture.columns]).toEqual([160, 160]);
  const { probabilities, heatmap } = await opened.call('explainEvaluatedSlice', {
    id,
    position: first.position,
  });
  expect(probabilities[first.answer as 'no_tumor']).toBeCloseTo(first.probability, 6);
  expect(heatmap).toMatchObject({ class: first.answer, method: 'layer-cam', layer: '14' });

  const review = { kind: 'relabelled', class: first.answer } as const;
  await opened.call('reviewEvaluatedSlice', { id, position: first.position, review });
  const reviewed = await opened.call('listEvaluatedSlices', { id, selection: { kind: 'relabelled' } });
  expect(reviewed.slices.map(({ position, review }) => ({ position, review }))).toEqual([
    { position: first.position, review },
  ]);
  await opened.job('exportCorrectedLabels', { id });
  const lines = (await delivered('labels of heads.csv')).toString().trim().split('\n');
  expect(lines).toHaveLength(1 + 4 * perClass);
  expect(lines).toContain(`${first.path},${first.plane},${first.answer},,label`);
  await expect(
    opened.call('reviewEvaluatedSlice', { id, position: 4 * perClass, review: null }),
  ).rejects.toMatchObject({ code: 'handle-unknown' });
}, 120_000);

test('the page and the PDF hold the figures; the page brings its pictures along', async () => {
  const { id } = await evaluate();
  const { report } = await opened.call('openEvaluation', { id });
  for (const format of ['html', 'pdf'] as const) {
    const { outcome } = await opened.job('exportEvaluation', { id, format });
    expect(outcome.ok).toBe(true);
  }
  const html = (await delivered('Evaluation of combined on heads.html')).toString();
  expect(html).toContain('src="data:image/png;base64,');
  expect(html).toContain(`<dd>${percent(report.evaluation.accuracy)}`);
  const text = await textOfPdf(await delivered('Evaluation of combined on heads.pdf'));
  for (const figure of figuresOf(report)) expect(text).toContain(figure);
  expect(text).toContain('Not a diagnosis');
}, 120_000);

function figuresOf({ evaluation }: EvaluationReport): string[] {
  return [
    `Accuracy: ${percent(evaluation.accuracy)}`,
    ...evaluation.classes.map((name) => percent(evaluation.perClass[name]!.recall)),
    ...evaluation.mistakes.map(({ path }) => path.split('/')[1]!),
  ];
}

async function textOfPdf(bytes: Uint8Array): Promise<string> {
  const document = await getDocument({ data: new Uint8Array(bytes), verbosity: 0 }).promise;
  const pages = Array.from({ length: document.numPages }, async (_, i) => {
    const { items } = await (await document.getPage(i + 1)).getTextContent();
    return items.map((item) => ('str' in item ? item.str : '')).join(' ');
  });
  return (await Promise.all(pages)).join(' ').replace(/\s+/g, ' ');
}

test('what is wrong has its reason, and what is deleted is gone', async () => {
  const [source = ''] = opened.addPaths(dataset);
  const refused = await opened.job('evaluateModel', { model: 'absent', dataset: source });
  expect(refused.outcome).toMatchObject({ ok: false, error: { code: 'model-not-found' } });
  const cancelled = await opened.job(
    'evaluateModel',
    { model: 'combined', dataset: source },
    (event, job) => {
      if (event.name === 'jobProgressed') void opened.call('cancelJob', { job });
    },
  );
  expect(cancelled.outcome).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  const { id } = await evaluate();
  const { evaluations } = await opened.call('deleteEvaluation', { id });
  expect(evaluations.map((one) => one.id)).not.toContain(id);
  await expect(opened.call('openEvaluation', { id })).rejects.toMatchObject({ code: 'evaluation-unknown' });
}, 120_000);
