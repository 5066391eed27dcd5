import type { CaseDetail } from '../../src-shared/domain/cases.ts';
import type { ModelCard } from '../../src-shared/domain/modelCard.ts';
import { findingLabels, type Conclusion, type Reading } from '../../src-shared/domain/readings.ts';
import { classLabels, tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import type { CaseReport, ReportSection, ReportSlice } from './CaseReport.ts';
import type { AnsweredSlice } from './chooseTellingSlices.ts';
import { modelSections } from './modelSections.ts';

export interface DescribeOptions {
  isIdentified: boolean;
  /** Of the program. */
  version: string;
  /** When the report is made. */
  now: Date;
  /** Cards of the installed models. */
  cards: readonly ModelCard[];
}

const disclaimer = 'For research use. Not a diagnosis.';

/**
 * Everything that the report of a case says. Unless it is to identify the patient, it holds nothing that a file or a
 * reader wrote freely: no name, ID, date, description, file name or reader's text (the attributes of DICOM PS3.15
 * table E.1-1 that we store).
 *
 * @param answered - all slices that have an answer
 * @param chosen - those to show
 */
export function describeCase(
  detail: CaseDetail,
  answered: readonly AnsweredSlice[],
  chosen: readonly AnsweredSlice[],
  { isIdentified, version, now, cards }: DescribeOptions,
): CaseReport<ReportSlice> {
  const readings = detail.readings.filter(({ isCurrent, isWithdrawn }) => isCurrent && !isWithdrawn);
  return {
    title: isIdentified ? (detail.patientName ?? detail.patientId ?? detail.patient) : detail.patient,
    isIdentified,
    facts: isIdentified ? identifyingFacts(detail) : [`Studies: ${detail.detailStudies.length}`],
    disclaimer,
    slices: chosen.map((slice) => describeSlice(slice, readings)),
    sections: {
      left: [
        answerSection(detail, answered, chosen.length),
        readingSection(readings, isIdentified),
        warningSection(answered),
      ],
      right: modelSections(answered, cards),
    },
    footer: `BraTum Workstation ${version} · ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  };
}

function identifyingFacts({ patientId, detailStudies }: CaseDetail): string[] {
  const studies = detailStudies.map(({ studyDate, studyDescription }) =>
    [studyDate === null ? 'without date' : readableDate(studyDate), studyDescription]
      .filter(Boolean)
      .join(' '),
  );
  return [...(patientId === null ? [] : [`ID: ${patientId}`]), `Studies: ${studies.join('; ')}`];
}

/** `20240131` (DICOM's DA) as `2024-01-31`; anything else as it is. */
function readableDate(date: string): string {
  return date.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
}

function describeSlice(slice: AnsweredSlice, readings: readonly Reading[]): ReportSlice {
  const { analysis, series, position, seriesLength } = slice;
  const { heatmap, classSet } = analysis;
  const reading = readings.find((one) => one.scope === 'slice' && one.slice === slice.slice);
  const notes = [
    `Classes that remain at 90% coverage: ${classSet.map((name) => classLabels[name]).join(', ')}`,
  ];
  if (heatmap?.isEmpty === true) notes.push(`No positive evidence for ${classLabels[heatmap.class]}.`);
  if (analysis.guard.flagged) notes.push('Flagged: unlike the pictures that the model knows.');
  if (reading !== undefined) {
    const agreement = reading.agreement === null ? '' : `, ${reading.agreement} with the model`;
    notes.push(`Read as ${findingText(reading)}${agreement}.`);
  }
  return {
    caption: `Series ${series + 1}, slice ${position} of ${seriesLength} · ${analysis.plane ?? 'plane unknown'}`,
    class: analysis.class,
    probabilities: analysis.probabilities,
    notes,
  };
}

function findingText({ finding, rejectedClass }: Conclusion): string {
  if (finding === null) return rejectedClass === null ? 'nothing' : `not ${classLabels[rejectedClass]}`;
  return finding === 'other' || finding === 'uncertain' ? findingLabels[finding] : classLabels[finding];
}

function answerSection(
  { slices }: CaseDetail,
  answered: readonly AnsweredSlice[],
  shown: number,
): ReportSection {
  const counts = tumourClasses.map((name) => {
    const count = answered.filter(({ analysis }) => analysis.class === name).length;
    return `${classLabels[name]}: ${count} of ${answered.length} slices`;
  });
  const flagged = answered.filter(({ analysis }) => analysis.guard.flagged).length;
  return {
    heading: 'Answers, slice by slice',
    lines: [
      ...counts,
      ...(flagged === 0 ? [] : [`Flagged by the input guard: ${flagged}`]),
      `${answered.length} of ${slices} slices have an answer, ${shown} are shown. The models answer for single slices, never for a case.`,
    ],
  };
}

function readingSection(readings: readonly Reading[], isIdentified: boolean): ReportSection {
  const reading = readings.at(-1);
  if (reading === undefined) return { heading: 'Latest reading', lines: ['None is recorded.'] };
  const { scope, confidence, isBlinded, agreement, otherFinding, text, reader, createdAt } = reading;
  const facts = [
    `${findingText(reading)} (${scope === 'slice' ? 'one slice' : 'a series'})`,
    ...(confidence === null ? [] : [`${confidence} confidence`]),
    isBlinded ? 'before the answer was shown' : 'with the answer in view',
    ...(agreement === null ? [] : [`${agreement} with the model`]),
  ];
  const lines = [`${facts.join(', ')}.`];
  if (isIdentified) {
    lines.push(`By ${reader === '' ? 'an unnamed reader' : reader}, ${createdAt.slice(0, 10)}.`);
    lines.push(...[otherFinding, text].filter((one) => one !== ''));
  } else if (otherFinding !== '' || text !== '') {
    lines.push('The reader’s own words are left out, since they may name somebody.');
  }
  return { heading: 'Latest reading', lines };
}

function warningSection(answered: readonly AnsweredSlice[]): ReportSection {
  const counts = new Map<string, number>();
  for (const { analysis } of answered)
    for (const message of new Set(analysis.warnings.map((warning) => warning.message)))
      counts.set(message, (counts.get(message) ?? 0) + 1);
  const lines = [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([message, count]) => `${message} (${count} ${count === 1 ? 'slice' : 'slices'})`);
  return { heading: 'Warnings', lines: lines.length > 0 ? lines : ['None.'] };
}
