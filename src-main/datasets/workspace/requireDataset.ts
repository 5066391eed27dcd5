import { UserError } from '../../../src-shared/errors.ts';
import type { Database } from '../../storage/Database.ts';

/** Refuses what is to be kept with a data set that does not exist, or no longer. @throws UserError 'dataset-unknown' */
export function requireDataset(database: Database, dataset: number): void {
  const found = database
    .prepare<[number], number>('SELECT 1 FROM datasets WHERE id = ?')
    .pluck()
    .get(dataset);
  if (found === undefined) throw new UserError('dataset-unknown');
}
