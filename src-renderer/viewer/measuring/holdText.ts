import type { SlicePixels } from '../../../src-shared/contract/calls.ts';
import { handlesOf } from './handles.ts';
import { kindTexts, measurementTexts } from './measurementTexts.ts';
import type { SliceMeasurements } from './SliceMeasurements.svelte.ts';

/** What is selected, for those who cannot see it: "Length 12.3 mm, handle 1 of 2"; empty for nothing. */
export function holdText({ selected, selection }: SliceMeasurements, slice: SlicePixels): string {
  if (selected === null || selection === null) return '';
  const value = `${kindTexts[selected.kind]} ${measurementTexts(selected, slice).join(', ')}`;
  if (selection.handle === null) return value;
  return `${value}, handle ${selection.handle + 1} of ${handlesOf(selected).length}`;
}
