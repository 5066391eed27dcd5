import type { CaseSelection } from '../../src-shared/contract/caseSelection.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { foldText } from '../../src-shared/foldText.ts';
import { isStanding } from './readingRow.ts';
import { searchPhrases } from './searchPhrases.ts';

/** Conditions on `cases c`, joined by AND, and their parameters in order. */
export interface Conditions {
  sql: string;
  parameters: string[];
  /** True where an index of the search leads to the cases. */
  isSearch: boolean;
}

/** Where the slices of each class are counted. */
export const classColumns: Record<TumourClass, string> = {
  glioma_tumor: 'glioma_slices',
  meningioma_tumor: 'meningioma_slices',
  no_tumor: 'no_tumor_slices',
  pituitary_tumor: 'pituitary_slices',
};

const agreementColumns = { agrees: 'agreeing_slices', disagrees: 'disagreeing_slices' } as const;

/** A list of texts as one parameter. */
const oneOf = 'IN (SELECT value FROM json_each(?))';

/**
 * A search and its filter as SQL; what a person typed becomes parameters only.
 *
 * The words of a case lie in several entries of the index, so each word is looked up by itself.
 */
export function caseConditions({ search, filter }: Pick<CaseSelection, 'search' | 'filter'>): Conditions {
  const parts: string[] = [filter.isTrashed ? 'c.trashed_at IS NOT NULL' : 'c.trashed_at IS NULL'];
  const parameters: string[] = [];
  const add = (sql: string, ...values: string[]): void => {
    parts.push(sql);
    parameters.push(...values);
  };
  for (const word of foldText(filter.patient).split(/\s+/u))
    if (word !== '') add('instr(c.folded_patient, ?) > 0', word);
  if (filter.date !== null) addDate(filter.date, add);
  if (filter.classes.length > 0)
    add(`(${filter.classes.map((name) => `c.${classColumns[name]} > 0`).join(' OR ')})`);
  if (filter.agreement !== null) add(`c.${agreementColumns[filter.agreement]} > 0`);
  if (filter.models.length > 0)
    add(`c.id IN (SELECT case_id FROM case_models WHERE model ${oneOf})`, JSON.stringify(filter.models));
  if (filter.readers.length > 0)
    add(
      `c.id IN (SELECT case_id FROM readings r WHERE reader ${oneOf} AND ${isStanding})`,
      JSON.stringify(filter.readers),
    );
  if (filter.hasReading !== null) add(`c.latest_reading_id IS ${filter.hasReading ? 'NOT NULL' : 'NULL'}`);
  const phrases = searchPhrases(search);
  const found = phrases.map(
    () => 'SELECT case_id FROM search JOIN search_entries e ON e.id = search.rowid WHERE search MATCH ?',
  );
  if (phrases.length > 0) add(`c.id IN (${found.join(' INTERSECT ')})`, ...phrases);
  return { sql: parts.join(' AND '), parameters, isSearch: phrases.length > 0 };
}

/** Days become the texts between which DICOM dates (`YYYYMMDD`) and our times (ISO 8601) of these days lie. */
function addDate(
  { of, from, to }: NonNullable<CaseSelection['filter']['date']>,
  add: (sql: string, ...values: string[]) => void,
): void {
  if (of === 'analysis') {
    if (from !== null) add('c.updated_at >= ?', from);
    if (to !== null) add('c.updated_at < ?', `${to}T24`);
    return;
  }
  const first = (from ?? '0000-01-01').replaceAll('-', '');
  const last = (to ?? '9999-12-31').replaceAll('-', '');
  add('c.id IN (SELECT case_id FROM studies WHERE study_date BETWEEN ? AND ?)', first, last);
}
