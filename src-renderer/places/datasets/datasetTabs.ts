/** The pages of a data set, in the order of the work. */
export const datasetTabs = [{ tab: 'label', words: 'Label' }] as const;

export type DatasetTab = (typeof datasetTabs)[number]['tab'];
