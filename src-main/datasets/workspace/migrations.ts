import type { Migration } from '../../storage/migrate.ts';
import { datasets } from './migrations/0001-datasets.ts';
import { hygiene } from './migrations/0002-hygiene.ts';

/** Every step of the workspace's schema, oldest first. A step that was released is never changed again. */
export const datasetMigrations: readonly Migration[] = [datasets, hygiene];
