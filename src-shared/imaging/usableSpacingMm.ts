import type { SliceGeometry } from '../domain/slice.ts';

/**
 * The distances between rows and between columns where the file gives usable ones.
 *
 * @returns [between rows, between columns] in millimetres, or null where absent, zero, negative or not finite
 */
export function usableSpacingMm({ pixelSpacingMm }: SliceGeometry): readonly [number, number] | null {
  const isUsable = pixelSpacingMm?.every((spacing) => spacing > 0 && Number.isFinite(spacing));
  return isUsable ? pixelSpacingMm : null;
}
