import { classNameLabels } from '../domain/className.ts';
import type { EvaluationReport } from '../domain/evaluation.ts';
import { tumourClasses } from '../domain/tumourClass.ts';
import type { ClassScores } from './classReport.ts';
import type { Evaluation } from './evaluatePredictions.ts';
import { decimal, decimalInterval, percent, percentInterval } from './figureTexts.ts';

/** A table of figures in words: the screen and the PDF show the same. */
export interface FigureTable {
  caption: string;
  /** Of every column. */
  head: readonly string[];
  /** The first cell names the row. */
  rows: readonly (readonly string[])[];
}

/** A figure that a reader looks for first. */
export interface HeadFigure {
  name: string;
  value: string;
  note: string;
}

/** The few figures that stand above everything else. */
export function headFigures({ evaluation, baseline, healthyHeads }: EvaluationReport): HeadFigure[] {
  const { accuracy, accuracyInterval, groupedIntervals, macro, ece, eceCalibrated, temperature } = evaluation;
  const isOfTumours = evaluation.meningiomaAsNoTumor !== null;
  const [worst] = [...(healthyHeads?.sources ?? [])].sort((a, b) => (b.rate ?? 0) - (a.rate ?? 0));
  return [
    {
      name: 'Accuracy',
      value: percent(accuracy),
      note: `by groups ${percentInterval(groupedIntervals.accuracy)}; slices alone ${percentInterval(accuracyInterval)}`,
    },
    ...(isOfTumours ? [missedMeningiomas(evaluation)] : []),
    {
      name: 'Macro F1',
      value: decimal(macro.f1),
      note: `by groups ${decimalInterval(groupedIntervals.macroF1)}`,
    },
    {
      name: 'Macro ROC-AUC',
      value: decimal(evaluation.rocAuc),
      note: `by groups ${decimalInterval(groupedIntervals.rocAuc)}`,
    },
    {
      name: 'Calibration error',
      value: decimal(eceCalibrated ?? ece),
      note:
        temperature === null
          ? 'no temperature fitted'
          : `${decimal(ece)} before the temperature of ${temperature.toFixed(2)}`,
    },
    {
      name: 'Without looking at the brain',
      value: percent(baseline?.accuracy ?? null),
      note: 'size, border and brightness alone',
    },
    ...(worst === undefined
      ? []
      : [
          {
            name: 'Healthy heads called tumour',
            value: `${worst.falseTumours} of ${worst.n}`,
            note: `${worst.source}, the worst of ${healthyHeads?.sources.length ?? 1}; ${percentInterval(worst.interval)}`,
          },
        ]),
  ];
}

function missedMeningiomas({ perClass, meningiomaAsNoTumor, meningiomaAsNoTumorInterval }: Evaluation) {
  return {
    name: 'Meningioma called healthy',
    value: `${meningiomaAsNoTumor} of ${perClass.meningioma_tumor?.support ?? 0}`,
    note: percentInterval(meningiomaAsNoTumorInterval),
  };
}

/** Each class against the rest. */
export function classTable({
  classes,
  perClass,
  macro,
  weighted,
  rocAuc,
  prAuc,
  n,
}: Evaluation): FigureTable {
  return {
    caption: 'Each class against the rest, with 95% intervals that take slices as independent',
    head: ['Class', 'Slices', 'Recall', '95%', 'Precision', '95%', 'F1', '95%', 'ROC-AUC', 'PR-AUC'],
    rows: [
      ...classes.map((name) => {
        const scores = perClass[name]!;
        return [
          classNameLabels[name],
          String(scores.support),
          ...scoreCells(scores),
          decimal(scores.rocAuc),
          decimal(scores.prAuc),
        ];
      }),
      [
        'Mean of the classes',
        String(n),
        percent(macro.recall),
        '',
        percent(macro.precision),
        '',
        decimal(macro.f1),
        '',
        decimal(rocAuc),
        decimal(prAuc),
      ],
      [
        'Weighted by class size',
        String(n),
        percent(weighted.recall),
        '',
        percent(weighted.precision),
        '',
        decimal(weighted.f1),
        '',
        '',
        '',
      ],
    ],
  };
}

function scoreCells({ recall, precision, f1, intervals }: ClassScores): string[] {
  return [
    percent(recall),
    percentInterval(intervals.recall),
    percent(precision),
    percentInterval(intervals.precision),
    decimal(f1),
    decimalInterval(intervals.f1),
  ];
}

/** Accuracy and recall by viewing plane; null for a model of planes. */
export function planeTable({ perPlane, classes }: Evaluation): FigureTable | null {
  if (perPlane === null) return null;
  return {
    caption: 'Accuracy and recall of each class by viewing plane, with 95% intervals',
    head: [
      'Plane',
      'Slices',
      'Accuracy',
      ...classes.map((name) => classNameLabels[name]),
      'Meningioma called healthy',
    ],
    rows: Object.entries(perPlane).map(([plane, figures]) => [
      plane === 'unknown' ? 'Unknown' : plane.charAt(0).toUpperCase() + plane.slice(1),
      String(figures.n),
      `${percent(figures.accuracy)} (${percentInterval(figures.accuracyInterval)})`,
      ...classes.map((name) => {
        const { recall, support, intervals } = figures.perClass[name]!;
        return support === 0
          ? '–'
          : `${percent(recall)} (${percentInterval(intervals.recall)}, n ${support})`;
      }),
      String(figures.meningiomaAsNoTumor),
    ]),
  };
}

/** Both models on the same slices; null where there was one. */
export function comparisonTable({ model, evaluation, comparison }: EvaluationReport): FigureTable | null {
  if (comparison === null) return null;
  const rows = [
    [model.name, evaluation, comparison.onlyFirst],
    [comparison.model, comparison, comparison.onlySecond],
  ] as const;
  return {
    caption: 'Two models on the same slices',
    head: ['Model', 'Accuracy', '95%', 'It alone is right', 'Seen in training'],
    rows: rows.map(([name, { accuracy, accuracyInterval, seenInTraining }, alone]) => [
      name,
      percent(accuracy),
      percentInterval(accuracyInterval),
      String(alone),
      String(seenInTraining),
    ]),
  };
}

/** What the frame of a picture gives away, beside the model; null where it was not computed. */
export function shortcutTable({ baseline, evaluation }: EvaluationReport): FigureTable | null {
  if (baseline === null) return null;
  const { tumourAccuracy } = baseline;
  const tumourCells = (...cells: string[]): string[] => (tumourAccuracy === null ? [] : cells);
  return {
    caption: 'What the picture’s frame gives away, beside the model',
    head: [
      'Who answers',
      tumourAccuracy === null ? 'Planes' : 'Four classes',
      '95%',
      ...tumourCells('Tumour or none', '95%'),
    ],
    rows: [
      [
        'Model',
        percent(evaluation.accuracy),
        percentInterval(evaluation.accuracyInterval),
        ...tumourCells(percent(tumourAgainstNone(evaluation)), ''),
      ],
      [
        'Size, border, brightness',
        percent(baseline.accuracy),
        percentInterval(baseline.accuracyInterval),
        ...tumourCells(percent(tumourAccuracy), percentInterval(baseline.tumourAccuracyInterval)),
      ],
      ['Most frequent class', percent(baseline.majorityAccuracy), '', ...tumourCells('', '')],
    ],
  };
}

/** Accuracy of tumour of any kind against none, read from the confusion matrix; null without slices. */
export function tumourAgainstNone({ classes, confusion, n }: Evaluation): number | null {
  const none = classes.indexOf('no_tumor');
  const right = confusion.flatMap((row, i) =>
    row.map((count, j) => ((i === none) === (j === none) ? count : 0)),
  );
  return n === 0 ? null : right.reduce((sum, count) => sum + count, 0) / n;
}

/** Tumours seen in heads that have none; null where none were given. */
export function healthyTable({ healthyHeads }: EvaluationReport): FigureTable | null {
  if (healthyHeads === null) return null;
  const { sources } = healthyHeads;
  const all = sources.length > 1 ? [{ source: 'All', ...healthyHeads }] : [];
  return {
    caption: 'Slices of heads without a tumour, before any guard',
    head: ['Source', 'Slices', 'Called tumour', '95%', ...tumourClasses.map((name) => classNameLabels[name])],
    rows: [...sources, ...all].map(({ source, n, rate, interval, answers }) => [
      source,
      String(n),
      percent(rate),
      percentInterval(interval),
      ...tumourClasses.map((answer) => String(answers[answer])),
    ]),
  };
}
