import { expect, test } from 'vitest';
import { planes } from '../../../src-shared/domain/plane.ts';
import { tumourClasses } from '../../../src-shared/domain/tumourClass.ts';
import {
  evaluatePredictions,
  evaluationCurves,
  type Calibration,
  type Prediction,
} from '../../../src-shared/statistics/evaluatePredictions.ts';
import { falseTumourRate } from '../../../src-shared/statistics/falseTumourRate.ts';
import { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';
import { evaluationPage, type EvaluationPage } from './evaluationPage.ts';

const random = new RandomStream(1);
const predictions: Prediction[] = Array.from({ length: 200 }, (_, i) => {
  const label = tumourClasses[i % 4]!;
  const answer = i % 10 === 1 ? 'no_tumor' : label;
  const logits = tumourClasses.map((name) => random.uniform() + (name === answer ? 3 : 0));
  return {
    logits,
    label,
    plane: 'axial',
    path: `<b>${i}</b> & "co".jpg`,
    group: String(i >> 1),
    wasSeen: false,
  };
});

function pageOf(
  shown: readonly Prediction[],
  calibration: Calibration,
  more: Partial<EvaluationPage> = {},
): string {
  return evaluationPage({
    model: { name: 'combined', title: 'Test model', fingerprint: 'ab'.repeat(32), limits: ['It is a test.'] },
    dataset: 'some <folder>',
    protocol: 'Every slice.',
    createdAt: '2026-01-02',
    evaluation: evaluatePredictions(shown, calibration, { samples: 50 }),
    curves: evaluationCurves(shown, calibration),
    baseline: null,
    comparison: null,
    validation: null,
    healthyHeads: null,
    warnings: [],
    pictureOf: null,
    ...more,
  });
}

const uncalibrated = { temperature: null, conformal: null };
const page = pageOf(predictions, { temperature: 1.5, conformal: { coverage: 0.9, threshold: 0.9 } });

test('shows the counts and the figures of the evaluation', () => {
  const { accuracy, confusion } = evaluatePredictions(predictions, uncalibrated, { samples: 50 });
  expect(page).toContain(`<dd>${(100 * accuracy).toFixed(1)}%`);
  for (const count of confusion.flat()) expect(page).toContain(`<b>${count}</b>`);
  expect(page).toMatch(/Meningioma called healthy<\/dt><dd>\d+ of 50/);
});

test('needs nothing from elsewhere: no script, no address, and file names cannot become markup', () => {
  expect(page).not.toMatch(/<script|https?:|@import|url\(/);
  expect(page).not.toContain('<b>1</b> & "co"');
  expect(page).toContain('&lt;b&gt;1&lt;/b&gt; &amp; &quot;co&quot;.jpg');
  expect(page).toContain('some &lt;folder&gt;');
  const linked = pageOf(predictions, uncalibrated, { pictureOf: (path) => `../set/${path}` });
  expect(linked).toContain('src="../set/%3Cb%3E1%3C/b%3E%20&amp;%20%22co%22.jpg"');
});

test('every plot says in words what it shows, and every table has a caption', () => {
  const plots = page.match(/<svg class="chart"[^>]*>/g)!;
  expect(plots.length).toBe(5);
  for (const plot of plots) expect(plot).toMatch(/role="img" aria-label="[^"]{30,}"/);
  expect(page.match(/<table/g)!.length).toBe(page.match(/<caption>/g)!.length);
  expect(page).toMatch(/aria-label="ROC[^"]*Glioma 1\.000/);
});

test('without a temperature there is one reliability plot, and it says so', () => {
  const plain = pageOf(predictions, uncalibrated);
  expect(plain.match(/<svg class="chart"/g)!.length).toBe(4);
  expect(plain).toContain('no temperature fitted');
});

test('the headline names the worst healthy head, not the mean of all', () => {
  const head = (group: string, answer: number, count: number): Prediction[] =>
    Array.from({ length: count }, () => ({
      logits: tumourClasses.map((_, c) => (c === answer ? 2 : 0)),
      label: 'no_tumor',
      plane: null,
      path: 'x',
      group,
      wasSeen: false,
    }));
  const heads = falseTumourRate([...head('one', 2, 90), ...head('two', 3, 10)]);
  expect(heads).toMatchObject({ n: 100, falseTumours: 10, rate: 0.1, answers: { pituitary_tumor: 10 } });
  const shown = pageOf(predictions, uncalibrated, { healthyHeads: heads });
  expect(shown).toMatch(/Healthy heads called tumour<\/dt><dd>10 of 10<small>two/);
  expect(falseTumourRate([])).toMatchObject({ n: 0, rate: null, interval: null });
});

test('numbers that do not exist are dashes, never NaN', () => {
  for (const shown of [page, pageOf([], uncalibrated), pageOf(predictions.slice(0, 1), uncalibrated)])
    expect(shown).not.toMatch(/NaN|undefined|null|Infinity/);
});

test('the page of a model of planes names planes and says nothing of tumours', () => {
  const ofPlanes = predictions.map((prediction, i): Prediction => ({
    ...prediction,
    label: planes[i % 3]!,
    logits: [i % 3, i % 5, 1],
  }));
  const shown = pageOf([], uncalibrated, {
    evaluation: evaluatePredictions(ofPlanes, uncalibrated, { samples: 50, classes: planes }),
    curves: evaluationCurves(ofPlanes, uncalibrated, planes),
    baseline: null,
  });
  expect(shown).toMatch(/aria-label="ROC[^"]*Axial [^"]*Sagittal [^"]*Coronal/);
  const body = shown.slice(shown.indexOf('<main>'));
  expect(body).not.toMatch(/glioma|mening|healthy|tumour|NaN|undefined|null/i);
});

test('another model stands beside it, with how often each alone is right', () => {
  const comparison = {
    model: '<other>',
    modelFingerprint: 'cd'.repeat(32),
    accuracy: 0.9,
    accuracyInterval: null,
    onlyFirst: 12,
    onlySecond: 3,
    pValue: 0.0352,
    seenInTraining: 0,
  };
  const shown = pageOf(predictions, uncalibrated, { comparison });
  expect(shown).toMatch(/&lt;other&gt;<\/th><td>90\.0%<\/td><td>–<\/td><td>3<\/td>/);
  expect(shown).toContain('two-sided: p 0.035.');
  const nearlyNothing = pageOf(predictions, uncalibrated, {
    comparison: { ...comparison, accuracy: 0.0002 },
  });
  expect(nearlyNothing).toContain('<td>&lt;0.1%</td>');
  expect(page).not.toContain('McNemar');
});
