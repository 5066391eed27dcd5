/** The pages of a data set, in the order of the work. */
export const datasetTabs = [
  { tab: 'label', words: 'Label' },
  { tab: 'hygiene', words: 'Hygiene' },
  { tab: 'explore', words: 'Explore' },
  { tab: 'splits', words: 'Splits' },
  { tab: 'augmentation', words: 'Augmentation' },
] as const;

export type DatasetTab = (typeof datasetTabs)[number]['tab'];
