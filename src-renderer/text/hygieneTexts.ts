import type { FindingKind } from '../../src-shared/domain/hygiene.ts';

/** What a kind of finding is called. */
export const findingTitles: Record<FindingKind, string> = {
  conflict: 'Two classes',
  leak: 'Across the split',
  label: 'Likely wrong labels',
  exact: 'Same bytes',
  pixels: 'Same pixels',
  near: 'Near duplicates',
  run: 'Runs of slices',
  stranger: 'Strangers',
};

/** What a property that gives the class away is called. */
export const shortcutTexts: Record<string, string> = {
  majority: 'Always the commonest class',
  size: 'Size of the picture',
  border: 'Grey of the border',
  brightness: 'Brightness',
  all: 'All of these together',
};
