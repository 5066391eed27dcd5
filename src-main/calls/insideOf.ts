import type { SliceRegion } from '../../src-shared/domain/analysis.ts';
import type { Plane } from '../../src-shared/domain/plane.ts';
import type { MeasuredTrust } from '../../src-shared/domain/review.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import type { ExpectedRegion } from '../../src-shared/domain/trust.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { outlineInInput } from './outlines.ts';
import { regionInInput } from './regions.ts';

/**
 * What "inside" means for a slice: its outline, else the region that is expected for its class and plane.
 *
 * @param view - the picture that a model reads of the slice, and the part of the slice that it shows
 * @param outline - 1 inside, [row][column] of the slice
 * @returns the mask in the model's picture; null where nothing is known
 */
export function insideOf(
  { slice, ...expected }: { slice: Slice; class: TumourClass; plane: Plane | null },
  view: { input: Float32Array<ArrayBuffer>; region: SliceRegion; inputSize: number },
  outline: Uint8Array | null,
  regions: readonly ExpectedRegion[],
): { kind: MeasuredTrust['insideOf']; mask: Uint8Array | null } {
  if (outline?.includes(1))
    return { kind: 'outline', mask: outlineInInput(outline, slice, view.inputSize, view.region) };
  const mask = regionInInput(regions, expected, view.input, view.inputSize);
  return { kind: mask === null ? null : 'region', mask };
}
