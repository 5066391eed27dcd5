import type { SlicePixels } from '../../../src-shared/contract/calls.ts';
import type { Heatmap } from '../../../src-shared/domain/analysis.ts';
import type { OutlineRing } from '../../../src-shared/domain/review.ts';
import { applyWindow } from '../../../src-shared/imaging/applyWindow.ts';
import { blendHeatmap } from '../../../src-shared/imaging/blendHeatmap.ts';
import { upsample } from '../../../src-shared/imaging/upsample.ts';

/** How maps are laid over their pictures. */
export interface MapStyle {
  /** All of the map, only what reaches the threshold, or the line around that. */
  mode: 'blend' | 'threshold' | 'contour';
  /** Share of the maximum, 0…1. */
  threshold: number;
  opacity: number;
}

/** A map at the size of its slice. */
export function fineMap(heatmap: Heatmap, slice: SlicePixels): Float32Array<ArrayBuffer> {
  return upsample(heatmap.values, heatmap, slice, heatmap.region);
}

/** The slice as displayed, [row][column], through its window. */
export function greyOf(slice: SlicePixels): Uint8ClampedArray<ArrayBuffer> {
  const { samples, rescaleSlope, rescaleIntercept, window, isInverted, bitsStored, fileWindows } = slice;
  const isPlain =
    samples instanceof Uint8Array &&
    bitsStored === 8 &&
    (fileWindows?.length ?? 0) === 0 &&
    rescaleSlope === 1;
  const grey = isPlain
    ? Uint8ClampedArray.from(samples)
    : applyWindow(
        Float32Array.from(samples, (value) => value * rescaleSlope + rescaleIntercept),
        window,
      );
  return isInverted ? grey.map((value) => 255 - value) : grey;
}

/**
 * A slice with a map over it.
 *
 * @param maximum - what gets the last colour
 * @returns [row][column][red, green, blue, alpha]
 */
export function paintMap(
  grey: Uint8ClampedArray,
  heat: Float32Array | null,
  { columns }: { columns: number },
  maximum: number,
  { mode, threshold, opacity }: MapStyle,
): Uint8ClampedArray<ArrayBuffer> {
  if (heat === null) return blendHeatmap(grey, grey, { maximum: 0, opacity: 0 });
  const limit = threshold * maximum;
  if (mode === 'blend') return blendHeatmap(grey, heat, { maximum, opacity });
  const kept = heat.map((value) => (value >= limit && value > 0 ? value : 0));
  if (mode === 'threshold') return blendHeatmap(grey, kept, { maximum, opacity });
  const painted = blendHeatmap(grey, grey, { maximum: 0, opacity: 0 });
  for (let i = 0; i < kept.length; i++) {
    const isEdge =
      kept[i]! > 0 &&
      [i - 1, i + 1, i - columns, i + columns].some((neighbour) => !((kept[neighbour] ?? 0) > 0));
    if (isEdge) painted.set([255, 205, 80, 255], 4 * i);
  }
  return painted;
}

/** Draws lines in the slice's pixels: closed ones around an outline, dashed ones around a region, open ones while drawing. */
export function strokeRings(
  context: CanvasRenderingContext2D,
  rings: readonly OutlineRing[],
  look: 'closed' | 'dashed' | 'open',
): void {
  const width = Math.max(1, context.canvas.width / 220);
  context.beginPath();
  for (const [start, ...rest] of rings) {
    if (start === undefined) continue;
    context.moveTo(start[0], start[1]);
    // A first corner alone would not be seen.
    if (rest.length === 0) context.lineTo(start[0] + width, start[1]);
    for (const [x, y] of rest) context.lineTo(x, y);
    if (look !== 'open') context.closePath();
  }
  context.setLineDash(look === 'dashed' ? [4 * width, 3 * width] : []);
  context.lineWidth = width;
  context.strokeStyle = '#7fe3d2';
  context.stroke();
}
