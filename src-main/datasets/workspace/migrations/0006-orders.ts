import type { Migration } from '../../../storage/migrate.ts';

/** An index for each order of lists, so that a page does not sort all pictures, and one that counts go by. */
export const orders: Migration = {
  name: 'orders',
  sql: `
    CREATE INDEX pictures_by_certainty
      ON pictures (dataset_id, (suggestion_probability IS NULL), suggestion_probability, path, slice_index);
    CREATE INDEX pictures_by_age ON pictures (dataset_id);
    CREATE INDEX pictures_by_label ON pictures (dataset_id, is_quarantined, is_missing, class, plane);
  `,
};
