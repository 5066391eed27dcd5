import type { Plane } from '../../src-shared/domain/plane.ts';
import { planeTexts } from './planeTexts.ts';

interface NamedSeries {
  seriesDescription: string | null;
  seriesNumber: number | null;
  modality: string | null;
  plane: Plane | null;
  isReformatted: boolean;
}

/** What to call a series: its description, else its number, else just "Series". */
export function seriesTitle({ seriesDescription, seriesNumber }: NamedSeries): string {
  if (seriesDescription !== null && seriesDescription.trim() !== '') return seriesDescription;
  return seriesNumber === null ? 'Series' : `Series ${seriesNumber}`;
}

/** Plane and modality in one line: "Axial · MR", "Sagittal, reformatted", "Plane unknown". */
export function seriesKind({ plane, modality, isReformatted }: NamedSeries): string {
  const planeText = plane === null ? 'Plane unknown' : planeTexts[plane];
  return [isReformatted ? `${planeText}, reformatted` : planeText, modality]
    .filter((part) => part !== null)
    .join(' · ');
}
