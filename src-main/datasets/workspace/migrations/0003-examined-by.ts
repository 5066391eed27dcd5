import type { Migration } from '../../../storage/migrate.ts';

/** Whose guard judged a picture: what another guard said is asked again. Examinations of before count as nobody's. */
export const examinedBy: Migration = {
  name: 'examined-by',
  sql: `ALTER TABLE examinations ADD COLUMN examined_by TEXT;`,
};
