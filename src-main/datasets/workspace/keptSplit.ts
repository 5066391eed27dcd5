import { splitSchema, type Split } from '../splits/Split.ts';
import type { DatasetStore } from './DatasetStore.ts';

/** A split that is kept with a data set. @throws UserError 'saved-unknown' */
export function keptSplit({ saved }: Pick<DatasetStore, 'saved'>, dataset: number, item: number): Split {
  return splitSchema.parse(saved.find(dataset, 'split', item).content);
}
