import type { LayoutName } from '../../../src-shared/contract/settings.ts';

/** The grid of each layout; its name is rows × columns. */
export const layoutShapes: Record<LayoutName, { rows: number; columns: number }> = {
  '1x1': { rows: 1, columns: 1 },
  '1x2': { rows: 1, columns: 2 },
  '2x1': { rows: 2, columns: 1 },
  '2x2': { rows: 2, columns: 2 },
  '1x3': { rows: 1, columns: 3 },
  '2x3': { rows: 2, columns: 3 },
};
