import type { PictureSelection } from '../../src-shared/contract/pictureSelection.ts';

/** All pictures of a data set, in quarantine or not, by path; or only some by their ids. */
export function everyPicture(dataset: number, ids: number[] | null = null): PictureSelection {
  return {
    dataset,
    sort: 'path',
    filter: {
      ...{ classes: [], planes: [], parts: [], sources: [], search: '', ids },
      ...{ hasOpenSuggestion: false, differsFromSuggestion: false, isMissing: null, isQuarantined: null },
    },
  };
}
