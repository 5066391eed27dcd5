import type { Migration } from '../../storage/migrate.ts';
import { datasets } from './migrations/0001-datasets.ts';
import { hygiene } from './migrations/0002-hygiene.ts';
import { examinedBy } from './migrations/0003-examined-by.ts';
import { answers } from './migrations/0004-answers.ts';
import { features } from './migrations/0005-features.ts';
import { orders } from './migrations/0006-orders.ts';

/** Every step of the workspace's schema, oldest first. A step that was released is never changed again. */
export const datasetMigrations: readonly Migration[] = [
  datasets,
  hygiene,
  examinedBy,
  answers,
  features,
  orders,
];
