import type { Heatmap } from '../../src-shared/domain/analysis.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import { blendHeatmap } from '../../src-shared/imaging/blendHeatmap.ts';
import { displayGrey } from '../../src-shared/imaging/greyRows.ts';
import { upsample } from '../../src-shared/imaging/upsample.ts';
import { usableSpacingMm } from '../../src-shared/imaging/usableSpacingMm.ts';
import { encodePng } from '../images/raster/encodePng.ts';
import type { ReportPicture } from './CaseReport.ts';

/** Enough for six centimetres on paper at 150 dots per inch, where the slice has as many. */
const longerSide = 360;

const heatmapOpacity = 0.6;

/**
 * A slice through its own window in true proportions, plain and under its heatmap. The colours run from 0 to the map's
 * maximum; an empty map has no picture, since it would be the plain one.
 */
export async function drawSlice(
  slice: Slice,
  heatmap: Heatmap | null,
): Promise<{ picture: ReportPicture; heatmapPicture: ReportPicture | null }> {
  const size = pictureSize(slice);
  const grey = displayGrey(slice, size);
  const picture = { png: await encodePng(grey, { ...size, channels: 1 }), ...size };
  if (heatmap === null || heatmap.isEmpty) return { picture, heatmapPicture: null };
  const [down, across] = [size.rows / slice.rows, size.columns / slice.columns];
  const { top, left, height, width } = heatmap.region;
  const region = { top: top * down, left: left * across, height: height * down, width: width * across };
  const heat = upsample(heatmap.values, heatmap, size, region);
  const blend = { maximum: heatmap.maximum, opacity: heatmapOpacity };
  const colours = withoutAlpha(blendHeatmap(grey, heat, blend));
  return { picture, heatmapPicture: { png: await encodePng(colours, { ...size, channels: 3 }), ...size } };
}

function pictureSize(slice: Slice): { rows: number; columns: number } {
  const [betweenRows, betweenColumns] = usableSpacingMm(slice.geometry) ?? [1, 1];
  const height = slice.rows * betweenRows;
  const width = slice.columns * betweenColumns;
  const scale = longerSide / Math.max(height, width);
  return {
    rows: Math.max(1, Math.round(height * scale)),
    columns: Math.max(1, Math.round(width * scale)),
  };
}

/** Opaque anyway; PDF would keep transparency as a second picture. */
function withoutAlpha(rgba: Uint8ClampedArray): Uint8ClampedArray<ArrayBuffer> {
  const rgb = new Uint8ClampedArray((rgba.length / 4) * 3);
  for (let pixel = 0; 4 * pixel < rgba.length; pixel++)
    rgb.set(rgba.subarray(4 * pixel, 4 * pixel + 3), 3 * pixel);
  return rgb;
}
