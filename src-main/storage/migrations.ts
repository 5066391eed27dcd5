import type { Migration } from './migrate.ts';
import { cases } from './migrations/0001-cases.ts';
import { auditTrail } from './migrations/0002-audit-trail.ts';
import { settings } from './migrations/0003-settings.ts';
import { readings } from './migrations/0004-readings.ts';
import { caseList } from './migrations/0005-case-list.ts';
import { trash } from './migrations/0006-trash.ts';
import { heatmapLayer } from './migrations/0008-heatmap-layer.ts';
import { measurements } from './migrations/0007-measurements.ts';

/** Every step of the case store's schema, oldest first. A step that was released is never changed again. */
export const migrations: readonly Migration[] = [
  cases,
  auditTrail,
  settings,
  readings,
  caseList,
  trash,
  measurements,
  heatmapLayer,
];
