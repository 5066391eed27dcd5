import { classNameLabels, type ClassName } from '../../../src-shared/domain/className.ts';
import type { EvaluationReport } from '../../../src-shared/domain/evaluation.ts';
import type { ReliabilityBin } from '../../../src-shared/statistics/calibration.ts';
import type { Evaluation } from '../../../src-shared/statistics/evaluatePredictions.ts';
import {
  classTable,
  comparisonTable,
  headFigures,
  healthyTable,
  planeTable,
  shortcutTable,
  type FigureTable,
} from '../../../src-shared/statistics/evaluationTables.ts';
import { decimal, percent, pValueText } from '../../../src-shared/statistics/figureTexts.ts';
import { validationTexts } from '../../../src-shared/statistics/validationTexts.ts';
import { loadReportFonts } from '../reportFonts.ts';
import { chartWidth, drawUnitChart, type PdfChart, type PdfColumn, type PdfLine } from './drawUnitChart.ts';
import { contentWidth, ink, PdfPages } from './PdfPages.ts';

const classLooks: Record<ClassName, Pick<PdfLine, 'colour' | 'dash'>> = {
  glioma_tumor: { colour: '#b06a00', dash: null },
  meningioma_tumor: { colour: '#0d6aa8', dash: [4, 2] },
  no_tumor: { colour: '#4a5663', dash: [1, 2] },
  pituitary_tumor: { colour: '#a8306f', dash: [6, 2] },
  axial: { colour: '#b06a00', dash: null },
  sagittal: { colour: '#0d6aa8', dash: [4, 2] },
  coronal: { colour: '#a8306f', dash: [1, 2] },
};

/** An evaluation as a tagged PDF with its fonts embedded: the figures and plots of the page, without pictures. */
export async function pdfOfEvaluation(
  report: EvaluationReport & { createdAt: string },
): Promise<Uint8Array<ArrayBuffer>> {
  const { model, dataset, protocol, createdAt, evaluation, warnings, comparison, validation } = report;
  const title = `${model.title} on ${dataset}`;
  const footer = `For research use. Not a diagnosis. · ${model.name} ${model.fingerprint.slice(0, 12)} · ${createdAt}`;
  const pages = new PdfPages(await loadReportFonts(), title, footer);
  pages.write('H1', title, { size: 16, font: 'bold' });
  pages.write('P', 'For research use. Not a diagnosis.', { font: 'bold', colour: ink.alarm });
  pages.write('P', protocol);
  pages.write('P', `${evaluation.n} slices in ${evaluation.groups} groups.`, { colour: ink.quiet });
  for (const warning of warnings) pages.write('P', warning, { colour: ink.alarm });
  for (const { name, value, note } of headFigures(report)) pages.write('P', `${name}: ${value} (${note})`);
  heading(pages, 'Confusion');
  pages.table(confusionTable(evaluation));
  heading(pages, 'Classes');
  pages.table(classTable(evaluation));
  section(pages, 'Planes', planeTable(evaluation));
  heading(pages, 'Ranking and calibration');
  drawCharts(pages, chartsOf(report));
  if (validation !== null) {
    heading(pages, 'Test against validation');
    for (const sentence of validationTexts(evaluation, validation)) pages.write('P', sentence);
  }
  section(pages, 'Against another model', comparisonTable(report));
  if (comparison !== null)
    pages.write('P', `McNemar’s exact test, two-sided: p ${pValueText(comparison.pValue)}.`);
  section(pages, 'Shortcuts', shortcutTable(report));
  section(pages, 'Healthy heads', healthyTable(report));
  heading(pages, 'Most confident mistakes');
  pages.table(mistakeTable(evaluation));
  heading(pages, 'Limits');
  for (const limit of model.limits) pages.write('P', `– ${limit}`);
  return pages.finish();
}

function heading(pages: PdfPages, text: string): void {
  pages.write('H2', text, { size: 11, font: 'bold' });
}

function section(pages: PdfPages, title: string, table: FigureTable | null): void {
  if (table === null) return;
  heading(pages, title);
  pages.table(table);
}

function confusionTable({ classes, confusion, perClass }: Evaluation): FigureTable {
  return {
    caption: 'Rows: what the slice is. Columns: what the model answered. Shares are of the row.',
    head: ['', ...classes.map((name) => classNameLabels[name])],
    rows: confusion.map((row, i) => {
      const name = classes[i]!;
      const { support } = perClass[name]!;
      return [
        `${classNameLabels[name]} (${support})`,
        ...row.map((count) => `${count} (${percent(support === 0 ? null : count / support)})`),
      ];
    }),
  };
}

function mistakeTable({ mistakes }: Evaluation): FigureTable {
  return {
    caption:
      mistakes.length === 0 ? 'None.' : `The ${mistakes.length} wrong answers of the highest confidence.`,
    head: ['Slice', 'It is', 'Called', 'At', 'True class', 'Plane'],
    rows: mistakes.map(({ path, label, answer, probability, probabilityOfLabel, plane }) => [
      path,
      classNameLabels[label],
      classNameLabels[answer],
      percent(probability),
      percent(probabilityOfLabel),
      plane ?? 'unknown',
    ]),
  };
}

interface DescribedChart extends PdfChart {
  description: string;
}

function chartsOf({ evaluation, curves }: EvaluationReport): DescribedChart[] {
  const lines = (kind: 'roc' | 'precisionRecall', area: 'rocAuc' | 'prAuc'): PdfLine[] =>
    evaluation.classes
      .filter((name) => curves.perClass[name]![kind].length > 0)
      .map((name) => ({
        name: `${classNameLabels[name]} ${decimal(evaluation.perClass[name]![area])}`,
        points: curves.perClass[name]![kind],
        ...classLooks[name],
      }));
  const [roc, precisionRecall] = [lines('roc', 'rocAuc'), lines('precisionRecall', 'prAuc')];
  const areas = (drawn: readonly PdfLine[]): string => drawn.map(({ name }) => name).join(', ');
  const { before, after } = curves.reliability;
  return [
    {
      title: 'ROC, each class against the rest',
      description: `Areas: ${areas(roc)}.`,
      xLabel: 'false positive rate',
      yLabel: 'true positive rate',
      lines: roc,
      hasDiagonal: true,
    },
    {
      title: 'Precision and recall',
      description: `Areas: ${areas(precisionRecall)}.`,
      xLabel: 'recall',
      yLabel: 'precision',
      lines: precisionRecall,
    },
    reliabilityChart('Reliability before the temperature', before, evaluation.ece),
    ...(after === null
      ? []
      : [reliabilityChart('Reliability after it', after, evaluation.eceCalibrated ?? 0)]),
    confidenceChart(curves.confidences),
  ];
}

function reliabilityChart(title: string, bins: readonly ReliabilityBin[], error: number): DescribedChart {
  const filled = bins.filter(({ count }) => count > 0);
  return {
    title: `${title}, error ${decimal(error)}`,
    description: filled
      .map(
        ({ count, confidence, accuracy }) => `${count} at ${percent(confidence)}: ${percent(accuracy)} right`,
      )
      .join('; '),
    xLabel: 'confidence',
    yLabel: 'share of right answers',
    hasDiagonal: true,
    columns: filled.map(({ from, to, accuracy }) => ({
      from,
      to,
      bottom: 0,
      top: accuracy ?? 0,
      colour: '#7fa8c4',
    })),
  };
}

/** Heights go with the root of the number, or the many sure answers would leave nothing to see of the others. */
function confidenceChart(
  confidences: readonly { from: number; to: number; right: number; wrong: number }[],
): DescribedChart {
  const tallest = Math.max(1, ...confidences.map(({ right, wrong }) => right + wrong));
  const height = (answers: number): number => Math.sqrt(answers / tallest);
  return {
    title: 'Answers by confidence',
    description: confidences
      .filter(({ right, wrong }) => right + wrong > 0)
      .map(
        ({ from, to, right, wrong }) => `${percent(from)} to ${percent(to)}: ${right} right, ${wrong} wrong`,
      )
      .join('; '),
    xLabel: 'confidence (wrong below, right above)',
    yLabel: `answers, root scale, top ${tallest}`,
    columns: confidences.flatMap(({ from, to, right, wrong }): PdfColumn[] => [
      { from, to, bottom: 0, top: height(wrong), colour: '#b4463c' },
      { from, to, bottom: height(wrong), top: height(wrong + right), colour: '#7fa8c4' },
    ]),
  };
}

/** Three in a row. */
function drawCharts(pages: PdfPages, charts: readonly DescribedChart[]): void {
  const perRow = Math.floor(contentWidth / chartWidth);
  for (let first = 0; first < charts.length; first += perRow) {
    const row = charts.slice(first, first + perRow);
    const lineCount = Math.max(...row.map(({ lines }) => lines?.length ?? 0));
    const alt = row.map(({ title, description }) => `${title}. ${description}`).join(' ');
    pages.figure(chartWidth + 14 + lineCount * 8, alt, (left, top) =>
      row.forEach((chart, i) => drawUnitChart(pages, chart, left + i * (chartWidth + 8), top)),
    );
  }
}
