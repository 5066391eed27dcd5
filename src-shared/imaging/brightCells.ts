import type { SliceRegion } from '../domain/analysis.ts';
import type { GreyPicture } from './GreyPicture.ts';

/** A pixel brighter than this share of the bright end of the picture may belong to the head. */
const thresholdShare = 0.1;
/** The bright end: the level that this share of what is above the threshold stays below. */
const brightShare = 0.96;
/** Passes until threshold and bright end agree. */
const thresholdPasses = 4;

/** The darkest corner shows background only up to this share of the bright end; else the head was cut on all sides. */
const mostBackground = 0.25;

/** A margin's line is even where all but this share of its pixels are within so many levels of its median. */
const evenShare = 0.02;
const evenLevels = 8;

/** A frame's line is at most two cells thick, and at least this share of the side long. */
const lineShare = 1 / 3;

/** Around the grid: a ring of dark cells, where the outside begins, and a ring that no flood enters. */
export const gridMargin = 2;

/** States of a cell; labels of regions come after `bright`. */
export const dark = 0;
export const bright = 1;
const fence = -1;

/** Cells of `step` × `step` pixels with their margin, [row][column]; `stride` is the length of a row. */
export interface Grid {
  cells: Int32Array;
  stride: number;
  step: number;
}

/**
 * Tells bright from dark on a grid, each cell by its first pixel. Even margins of any grey and thin straight lines,
 * as the frames around pictures are, count as dark.
 *
 *     threshold = background + 0.1 (q - background),   background = the darkest corner inside of the margins
 *
 * `q` is the 96th percentile of what is above the threshold, found by turns, so that more of the background moves
 * neither. Where all corners are bright the background is taken to be black.
 */
export function brightCells(picture: GreyPicture, step: number): Grid {
  const { rows, columns, values } = picture;
  const height = Math.ceil(rows / step) + 2 * gridMargin;
  const stride = Math.ceil(columns / step) + 2 * gridMargin;
  const cells = new Int32Array(height * stride).fill(fence);
  for (let row = 1; row < height - 1; row++) cells.fill(dark, row * stride + 1, (row + 1) * stride - 1);
  const inner = withoutEvenMargins(picture);
  const threshold = brightThreshold(picture, inner);
  const [bottom, right] = [inner.top + inner.height, inner.left + inner.width];
  for (let row = Math.ceil(inner.top / step) * step; row < bottom; row += step) {
    const start = (row / step + gridMargin) * stride + gridMargin;
    for (let column = Math.ceil(inner.left / step) * step; column < right; column += step)
      if (values[row * columns + column]! > threshold) cells[start + column / step] = bright;
  }
  const grid = { cells, stride, step };
  clearLines(grid);
  return grid;
}

/** What is left of a picture when lines without content are taken from its sides. */
function withoutEvenMargins({ rows, columns, values }: GreyPicture): SliceRegion {
  let [top, bottom, left, right] = [0, rows, 0, columns];
  const isEvenRow = (row: number): boolean => isEven(values, row * columns + left, 1, right - left);
  const isEvenColumn = (column: number): boolean =>
    isEven(values, top * columns + column, columns, bottom - top);
  while (top < bottom && isEvenRow(top)) top++;
  while (bottom > top && isEvenRow(bottom - 1)) bottom--;
  while (left < right && isEvenColumn(left)) left++;
  while (right > left && isEvenColumn(right - 1)) right--;
  return { top, left, height: bottom - top, width: right - left };
}

function isEven(values: Float32Array, start: number, stride: number, count: number): boolean {
  const middle = values[start + (count >> 1) * stride]!;
  let strangersLeft = Math.floor(evenShare * count);
  for (let i = 0, at = start; i < count; i++, at += stride)
    if (Math.abs(values[at]! - middle) > evenLevels && strangersLeft-- === 0) return false;
  return true;
}

function brightThreshold({ columns, values }: GreyPicture, inner: SliceRegion): number {
  const { top, left, height, width } = inner;
  const counts = new Uint32Array(256);
  for (let row = top; row < top + height; row++)
    for (let i = row * columns + left, end = i + width; i < end; i++) counts[values[i]! & 255]!++;
  const [first, last] = [top * columns + left, (top + height - 1) * columns + left + width - 1];
  const corners = [first, first + width - 1, last - width + 1, last].map((i) => values[i] ?? 0);
  const corner = Math.min(...corners);
  const background = corner > mostBackground * percentileAbove(counts, corner) ? 0 : corner;
  let threshold = background;
  for (let pass = 0, level = 255; pass < thresholdPasses; pass++) {
    threshold = background + thresholdShare * Math.max(0, level - background);
    level = percentileAbove(counts, threshold);
  }
  return threshold;
}

/** The level that `brightShare` of the counted pixels above a threshold stay below; 0 where there are none. */
function percentileAbove(counts: Uint32Array, threshold: number): number {
  let left = 0;
  for (let level = Math.floor(threshold) + 1; level < 256; level++) left += counts[level]!;
  left *= 1 - brightShare;
  let level = 255;
  while (level > threshold && (left -= counts[level]!) > 0) level--;
  return level;
}

/** Makes bright lines dark that are long, straight, thin, and along a side of the picture. */
function clearLines({ cells, stride }: Grid): void {
  const height = cells.length / stride;
  const found: number[] = [];
  findLines(cells, { lines: height, along: 1, across: stride, length: stride }, found);
  findLines(cells, { lines: stride, along: stride, across: 1, length: height }, found);
  for (const cell of found) cells[cell] = dark;
}

/** Steps through a grid: from cell to cell of a line, and from line to line. */
interface Direction {
  lines: number;
  along: number;
  across: number;
  length: number;
}

function findLines(cells: Int32Array, { lines, along, across, length }: Direction, found: number[]): void {
  const least = Math.max(4, lineShare * (length - 2 * gridMargin));
  for (let line = gridMargin; line < lines - gridMargin; line++) {
    let run = 0;
    // One further than the cells go, where a run ends.
    for (
      let i = gridMargin, cell = line * across + gridMargin * along;
      i <= length - gridMargin;
      i++, cell += along
    ) {
      if (isThin(cells, cell, across)) run++;
      else {
        if (run >= least) for (let back = 1; back <= run; back++) found.push(cell - back * along);
        run = 0;
      }
    }
  }
}

/** True for a bright cell that is one of at most two in the direction across. */
function isThin(cells: Int32Array, cell: number, across: number): boolean {
  if (cells[cell] !== bright) return false;
  const [before, after] = [cells[cell - across] === bright, cells[cell + across] === bright];
  if (before && after) return false;
  return !(before && cells[cell - 2 * across] === bright) && !(after && cells[cell + 2 * across] === bright);
}
