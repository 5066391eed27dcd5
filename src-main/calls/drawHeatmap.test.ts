import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Heatmap, SliceRegion } from '../../src-shared/domain/analysis.ts';
import { preprocessingIds } from '../../src-shared/domain/modelCard.ts';
import { plainPicture, type Slice } from '../../src-shared/domain/slice.ts';
import { toModelInput } from '../preprocess/toModelInput.ts';
import { drawHeatmap } from './drawHeatmap.ts';

const [rows, columns] = [150, 260];
/** Where something bright lies in the head. */
const spot = { row: 62, column: 171 };

/** A grey head, off the middle, cut by the upper edge, with a bright spot. */
const samples = Uint8Array.from({ length: rows * columns }, (_, i) => {
  const [row, column] = [Math.floor(i / columns), i % columns];
  if (Math.hypot(row - spot.row, column - spot.column) < 6) return 250;
  return Math.hypot((row - 55) / 70, (column - 160) / 55) < 1 ? 100 : 0;
});
const slice: Slice = { ...plainPicture, fileName: 'generated', format: 'png', rows, columns, samples };

function heatmapOf(hot: number, side: number, region: SliceRegion): Heatmap {
  const values = new Float32Array(side * side);
  values[hot] = 1;
  return {
    method: 'grad-cam',
    layer: '7',
    class: 'glioma_tumor',
    rows: side,
    columns: side,
    values,
    maximum: 1,
    isEmpty: false,
    region,
  };
}

/** Where the drawing has a colour: its centre of mass, weighted by how strong the colour is. */
async function colouredPlace(png: Uint8Array): Promise<{ row: number; column: number; strength: number }> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([columns, rows]);
  const sums = { row: 0, column: 0, strength: 0 };
  for (let i = 0; i < rows * columns; i++) {
    const colours = data.subarray(3 * i, 3 * i + 3);
    const strength = Math.max(...colours) - Math.min(...colours);
    sums.row += strength * (Math.floor(i / columns) + 0.5);
    sums.column += strength * ((i % columns) + 0.5);
    sums.strength += strength;
  }
  const { strength } = sums;
  return { row: sums.row / strength, column: sums.column / strength, strength };
}

test.each(preprocessingIds)(
  'what is hot in the input “%s” is coloured where it lies in the slice',
  async (id) => {
    const side = 56;
    const input = toModelInput(slice, { architecture: { inputSize: side }, preprocessing: { id } });
    const hot = input.values.indexOf(Math.max(...input.values));
    const place = await colouredPlace(await drawHeatmap(slice, heatmapOf(hot, side, input.region)));
    expect(Math.hypot(place.row - spot.row, place.column - spot.column)).toBeLessThan(7);
  },
);

test('cells beyond the slice are not drawn, and what lies outside of the region has no colour', async () => {
  const region = { top: -50.5, left: 30.25, height: 100, width: 100 };
  const above = await colouredPlace(await drawHeatmap(slice, heatmapOf(1, 4, region)));
  expect(above.strength).toBe(0);
  const even = { ...heatmapOf(0, 4, region), values: new Float32Array(16).fill(1) };
  const covered = await colouredPlace(await drawHeatmap(slice, even));
  // Rows 0 to 49 and columns 30 to 129, of an even colour over an even black but for the head's part.
  const { data } = await sharp(await drawHeatmap(slice, even))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const isColoured = (row: number, column: number): boolean => {
    const [red, green, blue] = data.subarray(3 * (row * columns + column));
    return red !== green || green !== blue;
  };
  expect(covered.strength).toBeGreaterThan(0);
  const corners = [
    isColoured(0, 30),
    isColoured(48, 129),
    isColoured(0, 29),
    isColoured(50, 60),
    isColoured(0, 131),
  ];
  expect(corners).toEqual([true, true, false, false, false]);
});
