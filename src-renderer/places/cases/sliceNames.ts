import type { CaseDetail, CaseSlice, CaseStudy, StudyComparison } from '../../../src-shared/domain/cases.ts';
import type { SliceHandle } from '../../../src-shared/domain/collection.ts';
import { dicomDateText } from '../../text/dateTexts.ts';
import { seriesTitle } from '../../text/seriesTexts.ts';

/** What to call a study: its date and description, as far as it has them. */
export function studyName({ studyDate, studyDescription }: CaseStudy): string {
  const parts = [studyDate === null ? null : dicomDateText(studyDate), studyDescription];
  const known = parts.filter((part) => part !== null && part.trim() !== '');
  return known.length === 0 ? 'Study without a date' : known.join(', ');
}

/** What to call a slice within its series: its instance number, else its file and frame. */
export function sliceName({ instanceNumber, fileName, frame }: CaseSlice): string {
  if (instanceNumber !== null) return `Slice ${instanceNumber}`;
  return frame === null ? fileName : `${fileName}, frame ${frame + 1}`;
}

/** Names of all slices of a case, each with its series. */
export function sliceNames({ detailStudies }: CaseDetail): Map<SliceHandle, string> {
  const names = new Map<SliceHandle, string>();
  for (const study of detailStudies)
    for (const series of study.series)
      for (const slice of series.slices)
        names.set(
          slice.slice,
          `${sliceName(slice)}, ${seriesTitle({ ...series, plane: null, isReformatted: false })}`,
        );
  return names;
}

/** The slices of both studies by their handles. */
export function slicesOf({ first, second }: StudyComparison): ReadonlyMap<SliceHandle, CaseSlice> {
  const all = [first, second].flatMap((study) => study.series.flatMap(({ slices }) => slices));
  return new Map(all.map((slice) => [slice.slice, slice]));
}
