/** The pages of a data set, in the order of the work. */
export const datasetPages = [
  { page: 'label', words: 'Label' },
  { page: 'hygiene', words: 'Hygiene' },
  { page: 'explore', words: 'Explore' },
  { page: 'splits', words: 'Splits' },
  { page: 'augmentation', words: 'Augmentation' },
] as const;

export type DatasetPageName = (typeof datasetPages)[number]['page'];
