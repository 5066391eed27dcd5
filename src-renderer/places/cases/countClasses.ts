import type { CaseSlice, ClassCounts } from '../../../src-shared/domain/cases.ts';

/** How many slices have each class as their newest answer. */
export function countClasses(slices: readonly CaseSlice[]): ClassCounts {
  const counts: ClassCounts = { glioma_tumor: 0, meningioma_tumor: 0, no_tumor: 0, pituitary_tumor: 0 };
  for (const { analysis } of slices) if (analysis !== null) counts[analysis.class]++;
  return counts;
}
