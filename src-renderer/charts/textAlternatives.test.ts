import { readdirSync } from 'node:fs';
import type { Component } from 'svelte';
import { render } from 'svelte/server';
import { expect, test } from 'vitest';
import type { EvaluationReport } from '../../src-shared/domain/evaluation.ts';
import { tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import {
  evaluatePredictions,
  evaluationCurves,
  type Prediction,
} from '../../src-shared/statistics/evaluatePredictions.ts';
import AgreementMarks from './AgreementMarks.svelte';
import AgreementTable from './AgreementTable.svelte';
import ClassCounts from './ClassCounts.svelte';
import ClassMark from './ClassMark.svelte';
import ClassShares from './ClassShares.svelte';
import ConfusionMatrix from './ConfusionMatrix.svelte';
import ConfusionTable from './ConfusionTable.svelte';
import EvaluationCharts from './EvaluationCharts.svelte';
import FiguresTable from './FiguresTable.svelte';
import LineChart from './LineChart.svelte';
import ProbabilityBars from './ProbabilityBars.svelte';
import UnitChart from './UnitChart.svelte';
import WeekBars from './WeekBars.svelte';

const counts = { glioma_tumor: 1234, meningioma_tumor: 17, no_tumor: 5, pituitary_tumor: 42 };
const confusion = [
  [71, 2, 3, 4],
  [5, 61, 6, 7],
  [8, 9, 51, 10],
  [11, 12, 13, 41],
];

const predictions = tumourClasses.flatMap((label, k) =>
  Array.from({ length: 6 }, (_, i): Prediction => ({
    label,
    logits: Float32Array.from(tumourClasses, (_name, c) => (c === (i === 0 ? (k + 1) % 4 : k) ? 2 + i : 0)),
    ...{ plane: null, path: `${label}/${i}`, group: `${label}/${i}`, wasSeen: false },
  })),
);
const uncalibrated = { temperature: null, conformal: null };
const report = {
  evaluation: evaluatePredictions(predictions, uncalibrated, { classes: tumourClasses }),
  curves: evaluationCurves(predictions, uncalibrated, tumourClasses),
} as EvaluationReport;

/** A chart with something to show, and words that must be there for who cannot see it. */
interface Sample {
  chart: Component<never>;
  props: object;
  words: readonly (string | RegExp)[];
}

const cells = confusion.flat().map(String);
const samples: Record<string, Sample> = {
  AgreementMarks: {
    chart: AgreementMarks,
    props: { agrees: 12, disagrees: 3 },
    words: ['12', 'agree with the model', '3', 'disagree with the model'],
  },
  AgreementTable: {
    chart: AgreementTable,
    props: { confusion: [...confusion, [14, 15, 16, 18], [19, 20, 21, 22], [23, 24, 25, 26]] },
    words: ['Reader ↓ · model →', 'Glioma', 'Pituitary tumour', ...cells, '26'],
  },
  ClassCounts: { chart: ClassCounts, props: { counts }, words: ['Glioma', '1,234', 'No tumour', '5', '42'] },
  ClassMark: { chart: ClassMark, props: { class: 'glioma_tumor' }, words: [] },
  ClassShares: {
    chart: ClassShares,
    props: { counts, label: 'Answers by class' },
    words: ['Glioma', '1,234', '17', '5', 'Pituitary tumour', '42', '95.1'],
  },
  ConfusionMatrix: {
    chart: ConfusionMatrix,
    props: { confusion, classes: tumourClasses },
    words: ['Rows: what the slice is', ...cells],
  },
  ConfusionTable: {
    chart: ConfusionTable,
    props: { label: 'Confusion after epoch 3', classes: ['A', 'B', 'C', 'D'], confusion },
    words: ['Confusion after epoch 3. Rows are true, columns are answered.', ...cells],
  },
  EvaluationCharts: {
    chart: EvaluationCharts,
    props: { report },
    words: [
      'ROC, each class against the rest',
      'Precision and recall',
      'Reliability before the temperature',
      'Answers by confidence: right above, wrong below',
      /\d+ right, \d+ wrong/,
    ],
  },
  FiguresTable: {
    chart: FiguresTable,
    props: { table: { caption: 'Figures', head: ['Figure', 'Value'], rows: [['accuracy', '0.875']] } },
    words: ['Figures', 'accuracy', '0.875'],
  },
  LineChart: {
    chart: LineChart,
    props: {
      ...{ label: 'Loss by epoch', xName: 'epoch', textOf: (value: number) => value.toFixed(3) },
      lines: [
        {
          ...{ name: 'Training', colour: 'red' },
          points: [
            { x: 1, y: 1.25 },
            { x: 2, y: 0.75 },
            { x: 3, y: 0.5 },
          ],
        },
      ],
    },
    words: ['Loss by epoch. Training: 1.250 at epoch 1, 0.500 at epoch 3', '0.750'],
  },
  ProbabilityBars: {
    chart: ProbabilityBars,
    props: {
      probabilities: { glioma_tumor: 0.625, meningioma_tumor: 0.25, no_tumor: 0.125, pituitary_tumor: 0 },
      ...{ classSet: ['glioma_tumor'], isAwaited: false },
    },
    words: ['Class probabilities', 'Glioma', '62.5', 'Meningioma', '25.0', '12.5'],
  },
  UnitChart: {
    chart: UnitChart,
    props: {
      ...{ title: 'A curve', description: 'The area is 0.9.', xLabel: 'false', yLabel: 'true' },
      lines: [{ name: 'Glioma 0.9', colour: 'red', points: [{ x: 0, y: 0.5 }] }],
      numbers: { head: ['x', 'y'], rows: [['0.000', '0.517']] },
    },
    words: ['A curve. The area is 0.9.', '0.517'],
  },
  WeekBars: {
    chart: WeekBars,
    props: {
      weeks: [{ monday: '2026-01-05', cases: 321, analyses: 654, readings: 87 }],
      ...{ measure: 'cases', label: 'Cases by week' },
    },
    words: ['Cases by week, 1 bars', '321', '654', '87'],
  },
};

/** What is left for screen readers. */
function withoutHidden(html: string): string {
  return html.replace(/<(\w+)(?=[^>]*\saria-hidden="true")[^>]*>.*?<\/\1>/gs, ' ');
}

/** Its texts and labels. */
function spoken(shown: string): string {
  const labels = [...shown.matchAll(/aria-label="([^"]*)"/g)].map(([, label]) => label);
  const texts = shown.replace(/<svg.*?<\/svg>/gs, ' ').replace(/<[^>]*>/g, ' ');
  return `${labels.join(' ')} ${texts}`.replace(/&[a-z]+;/g, ' ').replace(/\s+/g, ' ');
}

test('every chart of the folder is among the samples', () => {
  const charts = readdirSync(import.meta.dirname).flatMap((name) => /^(\w+)\.svelte$/.exec(name)?.[1] ?? []);
  expect(Object.keys(samples).sort()).toEqual(charts.sort());
});

test.each(Object.entries(samples))('%s says in words and numbers what it draws', (_, sample) => {
  const { body } = render(sample.chart as Component<object>, { props: sample.props });
  const shown = withoutHidden(body);
  const said = spoken(shown);
  for (const words of sample.words)
    if (typeof words === 'string') expect(said).toContain(words);
    else expect(said).toMatch(words);
  for (const [drawing] of shown.matchAll(/<(svg|canvas)\b[^>]*>/g))
    expect(drawing).toMatch(/role="img"[^>]*aria-label="[^"]{20,}"/);
});
