import type { CaseFilter, CaseSort } from '../../../src-shared/contract/caseSelection.ts';
import type { ModelCard } from '../../../src-shared/domain/modelCard.ts';
import { classTexts } from '../../text/classTexts.ts';
import { dicomDateText } from '../../text/dateTexts.ts';

/** What the reading filter can be set to: two conditions of the contract in one question. */
export type ReadingCondition = 'any' | 'unread' | 'read' | 'agrees' | 'disagrees';

/** The choices as a person reads them. */
export const readingConditionTexts: Record<ReadingCondition, string> = {
  any: 'Any',
  unread: 'Not read yet',
  read: 'Read',
  agrees: 'Agrees with the model',
  disagrees: 'Disagrees with the model',
};

/** The reading condition that a filter stands for. */
export function readingConditionOf({
  agreement,
  hasReading,
}: Pick<CaseFilter, 'agreement' | 'hasReading'>): ReadingCondition {
  if (agreement !== null) return agreement;
  if (hasReading === null) return 'any';
  return hasReading ? 'read' : 'unread';
}

/** The conditions of the contract that a reading condition stands for. */
export function conditionsOf(condition: ReadingCondition): Pick<CaseFilter, 'agreement' | 'hasReading'> {
  if (condition === 'agrees' || condition === 'disagrees') return { agreement: condition, hasReading: null };
  return { agreement: null, hasReading: condition === 'any' ? null : condition === 'read' };
}

/** A model's title, or its name where it is not installed any more. */
export function modelTitle(name: string, models: readonly ModelCard[]): string {
  return models.find((card) => card.name === name)?.title ?? name;
}

/** Days in words: "Study 1 Jan 2026 – 3 Mar 2026", "Analysed since 1 Jan 2026"; null without a day. */
export function dateConditionText(date: CaseFilter['date']): string | null {
  if (date === null || (date.from === null && date.to === null)) return null;
  const of = date.of === 'study' ? 'Study' : 'Analysed';
  const [from, to] = [date.from, date.to].map((day) => (day === null ? null : dicomDateText(day)));
  if (from === null || from === undefined) return `${of} until ${to ?? ''}`;
  return to === null || to === undefined ? `${of} since ${from}` : `${of} ${from} – ${to}`;
}

/** Each condition of a filter in words; null where it asks for nothing. */
export function filterTexts(filter: CaseFilter, models: readonly ModelCard[]) {
  const listed = (names: readonly string[]) => (names.length === 0 ? null : names.join(', '));
  const condition = readingConditionOf(filter);
  return {
    patient: filter.patient.trim() === '' ? null : filter.patient.trim(),
    date: dateConditionText(filter.date),
    classes: listed(filter.classes.map((name) => classTexts[name].name)),
    reading: condition === 'any' ? null : readingConditionTexts[condition],
    models: listed(filter.models.map((name) => modelTitle(name, models))),
    readers: listed(filter.readers),
  };
}

/** What the list can be sorted by, in words. */
export const sortTexts: Record<CaseSort['by'], string> = {
  updated: 'Last change',
  created: 'First analysis',
  patient: 'Patient',
  class: 'Most slices of a class',
  slices: 'Number of slices',
};
