import type { PictureSelection, PictureSort } from '../../../src-shared/contract/pictureSelection.ts';

/** Values of the placeholders of a condition, by name. */
export type Values = Record<string, string | number | null>;

/** The part of a query that chooses and orders pictures; `p` is the table. */
export interface PictureQuery {
  where: string;
  orderBy: string;
  values: Values;
}

const orders: Record<PictureSort, string> = {
  path: 'p.path, p.slice_index, p.id',
  uncertain: 'p.suggestion_probability IS NULL, p.suggestion_probability, p.path, p.slice_index, p.id',
  newest: 'p.id DESC',
};

/** A selection of pictures as SQL. Lists of values travel as JSON, so that one statement serves any number. */
export function pictureQuery({ dataset, filter, sort }: PictureSelection): PictureQuery {
  const conditions = ['p.dataset_id = @dataset'];
  const values: Values = { dataset };
  const oneOf = (column: string, name: string, list: readonly (string | number)[]): void => {
    if (list.length === 0) return;
    conditions.push(`ifnull(${column}, 'none') IN (SELECT value FROM json_each(@${name}))`);
    values[name] = JSON.stringify(list);
  };
  oneOf('p.class', 'classes', filter.classes);
  oneOf('p.plane', 'planes', filter.planes);
  oneOf('p.part', 'parts', filter.parts);
  oneOf('p.source_id', 'sources', filter.sources);
  if (filter.ids !== null) {
    conditions.push('p.id IN (SELECT value FROM json_each(@ids))');
    values['ids'] = JSON.stringify(filter.ids);
  }
  for (const [index, word] of filter.search.split(/\s+/).filter(Boolean).entries()) {
    conditions.push(`instr(lower(p.path), @word${index}) > 0`);
    values[`word${index}`] = word.toLowerCase();
  }
  if (filter.hasOpenSuggestion) conditions.push('p.suggested_plane IS NOT NULL AND p.plane IS NULL');
  if (filter.differsFromSuggestion) conditions.push('p.suggested_plane <> p.plane');
  for (const [column, wanted] of [
    ['p.is_quarantined', filter.isQuarantined],
    ['p.is_missing', filter.isMissing],
  ] as const)
    if (wanted !== null) conditions.push(`${column} = ${wanted ? 1 : 0}`);
  return { where: conditions.join(' AND '), orderBy: orders[sort], values };
}
