import { classNameLabels, type ClassName } from '../../../src-shared/domain/className.ts';
import { classLabels, tumourClasses } from '../../../src-shared/domain/tumourClass.ts';
import type {
  EvaluationReport,
  ModelComparison,
  PartFigures,
} from '../../../src-shared/domain/evaluation.ts';
import type { ReliabilityBin } from '../../../src-shared/statistics/calibration.ts';
import type { ClassScores } from '../../../src-shared/statistics/classReport.ts';
import type {
  Evaluation,
  EvaluationCurves,
  PlaneEvaluation,
} from '../../../src-shared/statistics/evaluatePredictions.ts';
import type { HealthyHeads } from '../../../src-shared/statistics/falseTumourRate.ts';
import { tumourAgainstNone } from '../../../src-shared/statistics/evaluationTables.ts';
import {
  decimal,
  decimalInterval,
  percent,
  percentInterval,
  pValueText,
} from '../../../src-shared/statistics/figureTexts.ts';
import { validationTexts } from '../../../src-shared/statistics/validationTexts.ts';
import { escapeText } from '../../../src-shared/escapeText.ts';
import type { Interval } from '../../../src-shared/statistics/wilsonInterval.ts';
import { table } from './markup.ts';
import { pageStyle } from './pageStyle.ts';
import { unitChart, type ChartColumn, type ChartLine } from './unitChart.ts';

/** Everything that the page shows. */
export interface EvaluationPage extends EvaluationReport {
  /** ISO date. */
  createdAt: string;
  /** The address of a slice's picture, relative to the page; null: names only. */
  pictureOf: ((path: string) => string | null) | null;
}

/** One page with all figures and plots, that needs no network, no script and no other file but pictures. */
export function evaluationPage(report: EvaluationPage): string {
  const { model, dataset, protocol, createdAt, evaluation, warnings } = report;
  const title = `${model.title} on ${dataset}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file: data:">
<title>${escapeText(title)} – evaluation – BraTum Workstation</title>
<style>${pageStyle}</style>
</head>
<body>
<header>
<h1>${escapeText(title)}</h1>
<p class="notice">For research use. Not a diagnosis.</p>
<p>${escapeText(protocol)}</p>
<p class="quiet">Model ${escapeText(model.name)}, fingerprint ${escapeText(model.fingerprint.slice(0, 12))}… · ${escapeText(createdAt)} · ${evaluation.n} slices in ${evaluation.groups} groups</p>
${warnings.map((warning) => `<p class="warning">${escapeText(warning)}</p>`).join('')}
</header>
<main>
${headline(report)}
${section('Confusion', confusionTable(evaluation))}
${section('Classes', classTable(evaluation) + meanLine(evaluation))}
${evaluation.perPlane === null ? '' : section('Planes', planeTable(evaluation.perPlane, evaluation.classes))}
${section('Ranking', rankingCharts(report))}
${section('Calibration', calibrationCharts(report))}
${report.validation === null ? '' : section('Test against validation', validationText(report, report.validation))}
${report.comparison === null ? '' : section('Against another model', comparisonText(report, report.comparison))}
${section('Shortcuts', shortcutText(report))}
${evaluation.meningiomaAsNoTumor === null ? '' : section('Healthy heads', healthyText(report.healthyHeads))}
${section('Most confident mistakes', mistakeList(report))}
${section('How to read this', readingNotes(report))}
</main>
</body>
</html>
`;
}

function section(heading: string, content: string): string {
  const id = heading.toLowerCase().replaceAll(' ', '-');
  return `<section aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>${content}</section>`;
}

/** The few figures that a reader looks for first. */
function headline({ evaluation, baseline, healthyHeads }: EvaluationReport): string {
  const { accuracy, accuracyInterval, groupedIntervals } = evaluation;
  const isOfTumours = evaluation.meningiomaAsNoTumor !== null;
  const facts = [
    [
      'Accuracy',
      percent(accuracy),
      `by groups ${percentInterval(groupedIntervals.accuracy)}; slices alone ${percentInterval(accuracyInterval)}`,
    ],
    ...(isOfTumours ? [meningiomaFact(evaluation)] : []),
    ['Macro F1', decimal(evaluation.macro.f1), `by groups ${decimalInterval(groupedIntervals.macroF1)}`],
    [
      'Calibration error',
      decimal(evaluation.eceCalibrated ?? evaluation.ece),
      evaluation.temperature === null
        ? 'no temperature fitted'
        : `${decimal(evaluation.ece)} before the temperature of ${evaluation.temperature.toFixed(2)}`,
    ],
    [
      'Without looking at the brain',
      percent(baseline?.accuracy ?? null),
      'size, border and brightness alone',
    ],
    ...(isOfTumours ? [['Healthy heads called tumour', ...worstHead(healthyHeads)]] : []),
  ];
  return `<dl class="facts">${facts.map(([name = '', value = '', note = '']) => `<div><dt>${escapeText(name)}</dt><dd>${escapeText(value)}<small>${escapeText(note)}</small></dd></div>`).join('')}</dl>`;
}

function meningiomaFact({
  perClass,
  meningiomaAsNoTumor,
  meningiomaAsNoTumorInterval,
}: Evaluation): string[] {
  const meningiomas = perClass.meningioma_tumor?.support ?? 0;
  return [
    'Meningioma called healthy',
    `${meningiomaAsNoTumor} of ${meningiomas}`,
    percentInterval(meningiomaAsNoTumorInterval),
  ];
}

/** The source with the highest rate: a mean over heads would hide it. */
function worstHead(heads: HealthyHeads | null): [value: string, note: string] {
  const [worst] = [...(heads?.sources ?? [])].sort((a, b) => (b.rate ?? 0) - (a.rate ?? 0));
  if (worst === undefined) return ['–', 'none were given'];
  return [`${worst.falseTumours} of ${worst.n}`, `${worst.source}, ${percentInterval(worst.interval)}`];
}

/** Counts, and shares of the row, shaded by the share. */
function confusionTable({ classes, confusion, perClass }: Evaluation): string {
  const rows = confusion.map((row, i) => {
    const name = classes[i]!;
    const { support } = perClass[name]!;
    const cells = row.map((count, j) => {
      const share = support === 0 ? 0 : count / support;
      const kind = i === j ? 'right' : 'wrong';
      // A few mistakes must be seen: their shade grows with the root of the share.
      const shade = (i === j ? share : Math.sqrt(share)) * 70;
      return `<td class="cell ${kind}" style="--shade: ${shade.toFixed(0)}%"><b>${count}</b><small>${percentMarkup(support === 0 ? null : share)}</small></td>`;
    });
    return `<tr><th scope="row">${classNameLabels[name]} <small>${support}</small></th>${cells.join('')}</tr>`;
  });
  const head = classes.map((name) => `<th scope="col">${classNameLabels[name]}</th>`).join('');
  return `<table class="confusion"><caption>Rows: what the slice is. Columns: what the model answered. Shares are of the row.</caption><thead><tr><td></td>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function classTable({ classes, perClass }: Evaluation): string {
  return table(
    'Each class against the rest, with 95% intervals that take slices as independent',
    ['Class', 'Slices', 'Recall', '', 'Precision', '', 'F1', '', 'ROC-AUC', 'PR-AUC'],
    classes.map((name) => {
      const scores = perClass[name]!;
      return [
        classNameLabels[name],
        String(scores.support),
        ...scoreCells(scores),
        decimal(scores.rocAuc),
        decimal(scores.prAuc),
      ];
    }),
  );
}

function scoreCells({ recall, precision, f1, intervals }: ClassScores): string[] {
  const quiet = (text: string): string => `<span class="quiet">${text}</span>`;
  return [
    percentMarkup(recall),
    quiet(intervalMarkup(intervals.recall)),
    percentMarkup(precision),
    quiet(intervalMarkup(intervals.precision)),
    decimal(f1),
    quiet(decimalInterval(intervals.f1)),
  ];
}

/** A share as it stands in markup: that of "<0.1%" has a sign in it. */
function percentMarkup(share: number | null): string {
  return escapeText(percent(share));
}

function intervalMarkup(interval: Interval | null): string {
  return escapeText(percentInterval(interval));
}

function meanLine({ macro, weighted, rocAuc, prAuc, groupedIntervals }: Evaluation): string {
  const means = ({ recall, precision, f1 }: Evaluation['macro']): string =>
    `recall ${percentMarkup(recall)}, precision ${percentMarkup(precision)}, F1 ${decimal(f1)}`;
  return `<p>Macro: ${means(macro)}. Weighted by class size: ${means(weighted)}. Macro ROC-AUC ${decimal(rocAuc)} (by groups ${decimalInterval(groupedIntervals.rocAuc)}), macro PR-AUC ${decimal(prAuc)} (${decimalInterval(groupedIntervals.prAuc)}).</p>`;
}

function planeTable(
  perPlane: Readonly<Record<string, PlaneEvaluation>>,
  classes: readonly ClassName[],
): string {
  const recall = ({ perClass }: PlaneEvaluation, name: ClassName): string => {
    const { recall: share, support, intervals } = perClass[name]!;
    return support === 0
      ? '–'
      : `${percentMarkup(share)}<br><span class="quiet">${intervalMarkup(intervals.recall)}, n ${support}</span>`;
  };
  return table(
    'Accuracy and recall of each class by viewing plane, with 95% intervals',
    [
      'Plane',
      'Slices',
      'Accuracy',
      ...classes.map((name) => classNameLabels[name]),
      'Meningioma called healthy',
    ],
    Object.entries(perPlane).map(([plane, figures]) => [
      plane,
      String(figures.n),
      `${percentMarkup(figures.accuracy)}<br><span class="quiet">${intervalMarkup(figures.accuracyInterval)}</span>`,
      ...classes.map((name) => recall(figures, name)),
      String(figures.meningiomaAsNoTumor),
    ]),
  );
}

const classStyles: Record<ClassName, string> = {
  glioma_tumor: 'glioma',
  meningioma_tumor: 'meningioma',
  no_tumor: 'none',
  pituitary_tumor: 'pituitary',
  axial: 'axial',
  sagittal: 'sagittal',
  coronal: 'coronal',
};

function rankingCharts({ evaluation, curves }: EvaluationReport): string {
  const lines = (kind: 'roc' | 'precisionRecall', area: 'rocAuc' | 'prAuc'): ChartLine[] =>
    evaluation.classes
      .filter((name) => curves.perClass[name]![kind].length > 0)
      .map((name) => ({
        name: `${classNameLabels[name]} ${decimal(evaluation.perClass[name]![area])}`,
        points: curves.perClass[name]![kind],
        style: classStyles[name],
      }));
  const describe = (drawn: readonly ChartLine[]): string =>
    drawn.length === 0
      ? 'No curve: a class or its rest is empty.'
      : `Areas: ${drawn.map(({ name }) => name).join(', ')}.`;
  const [roc, precisionRecall] = [lines('roc', 'rocAuc'), lines('precisionRecall', 'prAuc')];
  return `<div class="charts">${unitChart({ title: 'ROC, each class against the rest', description: describe(roc), xLabel: 'false positive rate', yLabel: 'true positive rate', lines: roc, diagonal: 'rising' })}${unitChart({ title: 'Precision and recall', description: describe(precisionRecall), xLabel: 'recall', yLabel: 'precision', lines: precisionRecall })}</div>`;
}

function calibrationCharts({ evaluation, curves }: EvaluationReport): string {
  const { before, after } = curves.reliability;
  const reliability = (title: string, bins: readonly ReliabilityBin[], error: number | null): string =>
    unitChart({
      title: `${title}, error ${decimal(error)}`,
      description: describeBins(bins),
      xLabel: 'confidence',
      yLabel: 'share of right answers',
      columns: bins.flatMap(binColumns),
      diagonal: 'rising',
    });
  return `<div class="charts">${reliability('Reliability before the temperature', before, evaluation.ece)}${after === null ? '' : reliability('Reliability after it', after, evaluation.eceCalibrated)}${confidenceChart(curves)}</div>
<p class="quiet">Columns: share of right answers at a confidence; a thin line marks the mean confidence. Where the column ends below the diagonal the model is too sure. By groups, the calibration error lies in ${decimalInterval(evaluation.groupedIntervals.ece)} before${after === null ? '; no temperature was fitted' : ` and in ${decimalInterval(evaluation.groupedIntervals.eceCalibrated)} after the temperature`}. Mean cross-entropy ${decimal(evaluation.loss)}${evaluation.lossCalibrated === null ? '' : `, after the temperature ${decimal(evaluation.lossCalibrated)}`}.${classSetText(evaluation)}</p>`;
}

function binColumns({ from, to, accuracy, confidence }: ReliabilityBin): ChartColumn[] {
  if (accuracy === null || confidence === null) return [];
  return [
    { from, to, bottom: 0, top: accuracy, style: 'right' },
    {
      from,
      to,
      bottom: Math.max(0, confidence - 0.004),
      top: Math.min(1, confidence + 0.004),
      style: 'mark',
    },
  ];
}

function describeBins(bins: readonly ReliabilityBin[]): string {
  const filled = bins.filter(({ count }) => count > 0);
  return filled
    .map(
      ({ count, confidence, accuracy }) =>
        `${count} answers at ${percent(confidence)}: ${percent(accuracy)} right`,
    )
    .join('; ');
}

/** Heights go with the root of the number, or the many sure answers would leave nothing to see of the others. */
function confidenceChart({ confidences }: EvaluationCurves): string {
  const tallest = Math.max(1, ...confidences.map(({ right, wrong }) => right + wrong));
  const height = (answers: number): number => Math.sqrt(answers / tallest);
  const columns = confidences.flatMap(({ from, to, right, wrong }): ChartColumn[] => [
    { from, to, bottom: 0, top: height(wrong), style: 'wrong' },
    { from, to, bottom: height(wrong), top: height(wrong + right), style: 'right' },
  ]);
  const unsure = confidences.filter(({ to }) => to <= 0.9);
  const wrong = unsure.reduce((sum, bin) => sum + bin.wrong, 0);
  const right = unsure.reduce((sum, bin) => sum + bin.right, 0);
  return unitChart({
    title: 'Answers by confidence: right above, wrong below',
    description: `Below 90% confidence lie ${right + wrong} answers, ${wrong} of them wrong.`,
    xLabel: 'confidence',
    yLabel: 'answers (root scale)',
    columns,
    yTick: (share) => String(Math.round(share * share * tallest)),
  });
}

function classSetText({ classSets }: Evaluation): string {
  if (classSets === null) return ' No class-set threshold was fitted.';
  return ` Class sets meant to hold the true class in ${percentMarkup(classSets.wantedCoverage)} hold it in ${percentMarkup(classSets.coverage)} (${intervalMarkup(classSets.interval)}) with ${classSets.meanSize.toFixed(2)} classes on average.`;
}

function validationText({ evaluation }: EvaluationReport, validation: PartFigures): string {
  return validationTexts(evaluation, validation)
    .map((sentence) => `<p>${escapeText(sentence)}</p>`)
    .join('');
}

function comparisonText({ model, evaluation }: EvaluationReport, other: ModelComparison): string {
  const rows = [
    [model.name, evaluation, other.onlyFirst],
    [other.model, other, other.onlySecond],
  ] as const;
  return `${table(
    'Two models on the same slices',
    ['Model', 'Accuracy', '', 'It alone is right', 'Seen in training'],
    rows.map(([name, { accuracy, accuracyInterval, seenInTraining }, alone]) => [
      escapeText(name),
      percentMarkup(accuracy),
      intervalMarkup(accuracyInterval),
      String(alone),
      String(seenInTraining),
    ]),
  )}<p class="quiet">McNemar’s exact test, two-sided: p ${pValueText(other.pValue)}. Were both equally good, the slices on which one alone is right would fall to either side like a coin. Slices of one patient err together, so p is too small where groups are large.</p>`;
}

function shortcutText({ baseline, evaluation }: EvaluationReport): string {
  if (baseline === null) return '<p>Not computed.</p>';
  const isOfTumours = baseline.tumourAccuracy !== null;
  const tumourCells = (share: number | null, interval: Interval | null): string[] =>
    isOfTumours ? [percentMarkup(share), interval === null ? '' : intervalMarkup(interval)] : [];
  const { accuracy, accuracyInterval } = evaluation;
  return `${table(
    'What the picture’s frame gives away, beside the model',
    ['', isOfTumours ? 'Four classes' : 'Planes', '', ...(isOfTumours ? ['Tumour or none', ''] : [])],
    [
      [
        'Model',
        percentMarkup(accuracy),
        intervalMarkup(accuracyInterval),
        ...tumourCells(isOfTumours ? tumourAgainstNone(evaluation) : null, null),
      ],
      [
        'Size, border, brightness',
        percentMarkup(baseline.accuracy),
        intervalMarkup(baseline.accuracyInterval),
        ...tumourCells(baseline.tumourAccuracy, baseline.tumourAccuracyInterval),
      ],
      ['Most frequent class', percentMarkup(baseline.majorityAccuracy), '', ...(isOfTumours ? ['', ''] : [])],
    ],
  )}<p class="quiet">${escapeText(baseline.protocol)}. It sees rows, columns, aspect ratio, brightness and darkness of the border, mean brightness and contrast, and nothing else. What it gets right, a model can get right without looking at the brain.</p>`;
}

function healthyText(heads: HealthyHeads | null): string {
  if (heads === null) return '<p>No healthy heads were given (<code>--healthy</code>).</p>';
  const row = (name: string, { n, rate, interval, answers }: Omit<HealthyHeads, 'sources'>): string[] => [
    escapeText(name),
    String(n),
    percentMarkup(rate),
    intervalMarkup(interval),
    ...tumourClasses.map((answer) => String(answers[answer])),
  ];
  return table(
    'Slices of heads without a tumour, before any guard',
    ['Source', 'Slices', 'Called tumour', '', ...tumourClasses.map((name) => classLabels[name])],
    [
      ...heads.sources.map((source) => row(source.source, source)),
      ...(heads.sources.length > 1 ? [row('All', heads)] : []),
    ],
  );
}

function mistakeList({ evaluation, pictureOf }: EvaluationPage): string {
  const { mistakes } = evaluation;
  if (mistakes.length === 0) return '<p>None.</p>';
  const items = mistakes.map(({ path, plane, label, answer, probability, probabilityOfLabel }) => {
    const picture = pictureOf?.(path) ?? null;
    const image =
      picture === null ? '' : `<img src="${escapeText(encodeURI(picture))}" alt="" loading="lazy">`;
    return `<li>${image}<strong>${classNameLabels[label]}</strong> called <strong>${classNameLabels[answer]}</strong> at ${percentMarkup(probability)} <span class="quiet">(true class ${percentMarkup(probabilityOfLabel)}, ${plane ?? 'plane unknown'})</span><br><span class="path">${escapeText(path)}</span></li>`;
  });
  return `<ol class="mistakes">${items.join('\n')}</ol>`;
}

function readingNotes({ model, evaluation }: EvaluationReport): string {
  const notes = [
    'Intervals “by groups” draw whole groups of similar slices (duplicates, neighbouring slices) with replacement; the others take each slice as independent and are too narrow.',
    'An accuracy on slices of the same collection says little about other hospitals.',
    ...(evaluation.seenInTraining > 0
      ? [
          `The model was trained on ${evaluation.seenInTraining} of these slices: its figures here are too good.`,
        ]
      : []),
    ...model.limits,
  ];
  return `<ul>${notes.map((note) => `<li>${escapeText(note)}</li>`).join('')}</ul>`;
}
