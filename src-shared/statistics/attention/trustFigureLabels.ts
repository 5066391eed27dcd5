import type { TrustFigureName } from './auditReport.ts';

/** The figures as people read them. */
export const trustFigureLabels: Record<TrustFigureName, string> = {
  deletion: 'Deletion area',
  insertion: 'Insertion area',
  shiftStability: 'Stability under a two-pixel shift',
  randomWeights: 'Likeness under random weights',
  shareOutsideHead: 'Heat outside the head',
  borderShare: 'Heat along the border',
  energyInside: 'Heat inside outline or region',
};
