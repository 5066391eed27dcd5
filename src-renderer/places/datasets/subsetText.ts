import type { PictureSubset } from '../../../src-shared/contract/subsetCalls.ts';
import { planes } from '../../../src-shared/domain/plane.ts';
import { planeTexts } from '../../text/planeTexts.ts';

/** What a subset is called on the screen. */
export function subsetText({ item, name }: Pick<PictureSubset, 'item' | 'name'>): string {
  if (item !== null) return name;
  const plane = planes.find((one) => one === name);
  return plane === undefined ? 'Combined' : planeTexts[plane];
}
