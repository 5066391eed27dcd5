import type { Heatmap } from '../../src-shared/domain/analysis.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import { blendHeatmap } from '../../src-shared/imaging/blendHeatmap.ts';
import { displayGrey } from '../../src-shared/imaging/greyRows.ts';
import { upsample } from '../../src-shared/imaging/upsample.ts';
import { encodePng } from '../images/raster/encodePng.ts';

const overlayOpacity = 0.6;

/**
 * A slice through its own window with a heatmap over it, at the slice's own size, as a PNG.
 * The colours run from 0 to the map's maximum; an empty map leaves the plain picture.
 */
export async function drawHeatmap(slice: Slice, heatmap: Heatmap): Promise<Uint8Array<ArrayBuffer>> {
  const { rows, columns } = slice;
  const heat = spread(upsample(heatmap.values, heatmap, sizeOf(heatmap)), heatmap, columns, rows * columns);
  const blend = { maximum: heatmap.maximum, opacity: overlayOpacity };
  return encodePng(blendHeatmap(displayGrey(slice, slice), heat, blend), { rows, columns, channels: 4 });
}

/** A slice through its own window as a PNG. */
export function drawSlice(slice: Slice): Promise<Uint8Array<ArrayBuffer>> {
  const { rows, columns } = slice;
  return encodePng(displayGrey(slice, slice), { rows, columns, channels: 1 });
}

function sizeOf({ region }: Heatmap): { rows: number; columns: number } {
  return { rows: region.height, columns: region.width };
}

/** Puts the values of a region into a picture that is zero elsewhere. */
function spread(
  values: Float32Array<ArrayBuffer>,
  { region }: Heatmap,
  columns: number,
  length: number,
): Float32Array<ArrayBuffer> {
  if (values.length === length) return values;
  const whole = new Float32Array(length);
  for (let row = 0; row < region.height; row++) {
    const line = values.subarray(row * region.width, (row + 1) * region.width);
    whole.set(line, (region.top + row) * columns + region.left);
  }
  return whole;
}
