import { classLabels } from '../../src-shared/domain/tumourClass.ts';
import {
  isMoreBetter,
  trustFigureNames,
  type AuditCell,
  type TrustFigureName,
} from '../../src-shared/statistics/attention/auditReport.ts';
import { trustFigureLabels } from '../../src-shared/statistics/attention/trustFigureLabels.ts';
import { percent, percentInterval } from '../../src-shared/statistics/figureTexts.ts';
import type { Cascade } from '../explain/trust/measureCascade.ts';
import type {
  DocumentSection,
  DocumentTable,
  ReportDocument,
} from '../../src-shared/domain/reportDocument.ts';
import { mapNameText } from '../../src-shared/methodTexts.ts';
import type { AuditedMethod, AuditOutcome } from './auditModel.ts';

/** What an audit found out, as people read it. @param createdAt - a date */
export function auditDocument(outcome: AuditOutcome, createdAt: string): ReportDocument {
  const { model, dataset, protocol, n, sampled, outlined, seenInTraining, explains } = outcome;
  return {
    title: `Where “${model.title}” looks`,
    facts: [
      `Model ${model.name} (${model.fingerprint.slice(0, 12)}), ${n} slices of ${dataset}, ${createdAt}.`,
      protocol,
      `Heatmaps are for the class that is ${explains === 'true' ? 'true' : 'answered'}. Slices with an outline of the tumour: ${outlined}. Deletion, insertion, shifts and random weights were tried on ${sampled}.`,
      ...(seenInTraining > 0 ? [`The model was trained on ${seenInTraining} of these slices.`] : []),
    ],
    disclaimer: 'For research use. Not a diagnosis.',
    sections: [...outcome.methods.flatMap(sectionsOfMethod), ...comparisonSections(outcome)],
  };
}

function sectionsOfMethod(audit: AuditedMethod): DocumentSection[] {
  const { verdicts, cascade, cells } = audit;
  const method = mapNameText(audit.method);
  return [
    {
      heading: method,
      lines: verdicts.length === 0 ? ['Nothing stands out, or nothing is marked to compare with.'] : verdicts,
      tables: [insideTable(cells), ...trustFigureNames.map((name) => spreadTable(name, cells))].filter(
        ({ rows }) => rows.length > 0,
      ),
    },
    {
      heading: `${method}: do its maps depend on what was learnt?`,
      lines: cascadeLines(cascade),
      tables: cascade === null ? [] : [cascadeTable(cascade)],
    },
    {
      heading: `${method}: the ten worst`,
      lines: [],
      tables: trustFigureNames.map((name) => worstTable(name, audit)).filter(({ rows }) => rows.length > 0),
    },
  ];
}

function nameOf(cell: AuditCell): string {
  const tumourClass = cell.class === null ? 'All classes' : classLabels[cell.class];
  return `${tumourClass}, ${cell.plane ?? 'all planes'}`;
}

function insideTable(cells: readonly AuditCell[]): DocumentTable {
  return {
    caption:
      'Where an outline or region is known: the strongest place, and the share of the heat inside (95% intervals by groups)',
    head: [
      '',
      'Slices',
      'Right',
      'Peak inside',
      'interval',
      'within 15 px',
      'Heat inside',
      'interval',
      'Even map',
    ],
    rows: cells
      .filter(({ pointing }) => pointing !== null)
      .map((cell) => [
        nameOf(cell),
        String(cell.pointing!.n),
        `${cell.right} of ${cell.n}`,
        percent(cell.pointing!.value),
        percentInterval(cell.pointing!.interval),
        percent(cell.pointingNear!.value),
        percent(cell.energyInside!.value),
        percentInterval(cell.energyInside!.interval),
        percent(cell.areaInside ?? 0),
      ]),
  };
}

function spreadTable(name: TrustFigureName, cells: readonly AuditCell[]): DocumentTable {
  return {
    caption: `${trustFigureLabels[name]} (${isMoreBetter[name] ? 'more' : 'less'} is better)`,
    head: ['', 'Slices', 'Minimum', 'Lower quartile', 'Median', 'Upper quartile', 'Maximum'],
    rows: cells.flatMap((cell) => {
      const spread = cell.figures[name];
      if (spread === null) return [];
      const { n, minimum, lowerQuartile, median, upperQuartile, maximum } = spread;
      const numbers = [minimum, lowerQuartile, median, upperQuartile, maximum];
      return [[nameOf(cell), String(n), ...numbers.map((value) => value.toFixed(3))]];
    }),
  };
}

function cascadeLines(cascade: Cascade | null): string[] {
  if (cascade === null) return ['Every map was empty.'];
  const verdict = cascade.isPassed ? 'passed' : 'failed';
  return [
    `Cascading randomisation (Adebayo et al. 2018) on ${cascade.n} slices: ${verdict}. A map that never changes would score ${cascade.constantMap.toFixed(2)} at every stage and fail.`,
  ];
}

function cascadeTable({ similarity }: Cascade): DocumentTable {
  return {
    caption:
      'Mean |rank correlation| with the maps of the trained model, weights random from the answer down to',
    head: ['Stage', 'Similarity'],
    rows: Object.entries(similarity).map(([stage, value]) => [stage, value.toFixed(3)]),
  };
}

function worstTable(name: TrustFigureName, { worst }: AuditedMethod): DocumentTable {
  return {
    caption: trustFigureLabels[name],
    head: ['Slice', 'True', 'Answer', 'Plane', 'Value'],
    rows: worst[name].map(({ path, label, answer, plane, value }) => [
      path,
      classLabels[label],
      classLabels[answer],
      plane ?? '–',
      value.toFixed(3),
    ]),
  };
}

function comparisonSections({ comparison, model }: AuditOutcome): DocumentSection[] {
  if (comparison === null) return [];
  return [
    {
      heading: `Beside “${comparison.model}”`,
      lines: [
        'Means on the slices where both models have the figure; intervals of the difference by groups.',
      ],
      tables: Object.entries(comparison.byMethod).map(([method, differences]) => ({
        caption: mapNameText(method),
        head: ['Figure', model.name, comparison.model, 'Difference', 'Interval', 'Slices'],
        rows: differences.map(({ figure, first, second, interval, n }) => [
          figure === 'pointing' ? 'Peak inside' : trustFigureLabels[figure],
          first.toFixed(3),
          second.toFixed(3),
          (second - first).toFixed(3),
          interval === null ? '–' : `${interval[0].toFixed(3)} to ${interval[1].toFixed(3)}`,
          String(n),
        ]),
      })),
    },
  ];
}
