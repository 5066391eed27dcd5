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
  const heat = upsample(heatmap.values, heatmap, slice, heatmap.region);
  const blend = { maximum: heatmap.maximum, opacity: overlayOpacity };
  return encodePng(blendHeatmap(displayGrey(slice, slice), heat, blend), { rows, columns, channels: 4 });
}

/** A slice through its own window as a PNG. */
export function drawSlice(slice: Slice): Promise<Uint8Array<ArrayBuffer>> {
  const { rows, columns } = slice;
  return encodePng(displayGrey(slice, slice), { rows, columns, channels: 1 });
}
