import type { SliceRegion } from '../domain/analysis.ts';
import type { GreyPicture } from './GreyPicture.ts';

/** A pixel brighter than this share of the bright end of the picture may belong to the head. */
const thresholdShare = 0.1;
/** The bright end: the level that this share of the pixels stays below. */
const brightShare = 0.98;
/** The head's frame covers at least this share of the picture; what is smaller is not believed. */
const leastShare = 0.1;

/** Which pixels show the head. */
export interface Head {
  /** 1 inside, 0 outside, [row][column]. */
  mask: Uint8Array<ArrayBuffer>;
  /** The smallest frame around it. */
  frame: SliceRegion;
}

/** Larger pictures are judged on a grid of about this many cells along the shorter side. */
const cellsAlong = 112;
/** Around the grid: a ring of dark cells, where the outside begins, and a ring that no flood enters. */
const margin = 2;
const dark = 0;
const bright = 1;
const fence = -1;

/**
 * Finds the head: of the 4-connected regions above a threshold the one with the largest frame, its holes filled. The
 * frame and not the area, since a dark skull often cuts the scalp, which reaches around everything, from the brain.
 *
 *     threshold = background + 0.1 (q - background),   q = 98th percentile,   background = the darkest corner
 *
 * Pictures in frames have a dark edge, tightly cropped ones have none, so the whole picture may be the head. The
 * mask is as fine as the grid: cells of 2 × 2 pixels at 224 × 224.
 *
 * @returns null where no region's frame covers a tenth of the picture
 */
export function findHead(picture: GreyPicture): Head | null {
  const { rows, columns } = picture;
  const step = Math.max(1, Math.floor(Math.min(rows, columns) / cellsAlong));
  const grid = brightCells(picture, step);
  const { label, area } = widestRegion(grid);
  if (area * step * step < leastShare * rows * columns) return null;
  clearOutside(grid, label);
  return { mask: paintCells(grid, picture, step), frame: frameOfCells(grid, picture, step) };
}

/** The mask in pixels: 1 for every pixel of a bright cell. */
function paintCells({ cells, stride }: Grid, { rows, columns }: GreyPicture, step: number): Head['mask'] {
  const mask = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    if (row % step !== 0) {
      mask.copyWithin(start, start - columns, start);
      continue;
    }
    let cell = (row / step + margin) * stride + margin;
    for (let column = 0; column < columns; column += step, cell++)
      if (cells[cell] === bright) mask.fill(1, start + column, start + Math.min(column + step, columns));
  }
  return mask;
}

/** The smallest frame of pixels around the bright cells. */
function frameOfCells({ cells, stride }: Grid, { rows, columns }: GreyPicture, step: number): SliceRegion {
  let [top, bottom, left, right] = [Infinity, 0, Infinity, 0];
  for (let i = 0; i < cells.length; i++) {
    if (cells[i] !== bright) continue;
    const row = Math.floor(i / stride) - margin;
    const column = (i % stride) - margin;
    top = Math.min(top, row);
    bottom = Math.max(bottom, row + 1);
    left = Math.min(left, column);
    right = Math.max(right, column + 1);
  }
  return {
    top: top * step,
    left: left * step,
    height: Math.min(bottom * step, rows) - top * step,
    width: Math.min(right * step, columns) - left * step,
  };
}

/** Cells with their margin, [row][column]; `stride` is the length of a row. */
interface Grid {
  cells: Int32Array;
  stride: number;
}

function brightCells({ rows, columns, values }: GreyPicture, step: number): Grid {
  const height = Math.ceil(rows / step) + 2 * margin;
  const stride = Math.ceil(columns / step) + 2 * margin;
  const threshold = brightThreshold(values, columns);
  const cells = new Int32Array(height * stride).fill(fence);
  for (let row = 1; row < height - 1; row++) cells.fill(dark, row * stride + 1, (row + 1) * stride - 1);
  for (let row = 0; row < rows; row += step) {
    const start = (row / step + margin) * stride + margin;
    for (let column = 0; column < columns; column += step)
      if (values[row * columns + column]! > threshold) cells[start + column / step] = bright;
  }
  return { cells, stride };
}

function brightThreshold(values: Float32Array, columns: number): number {
  const counts = new Uint32Array(256);
  for (let i = 0; i < values.length; i++) counts[values[i]! & 255]!++;
  let level = 0;
  for (let seen = counts[0]!; level < 255 && seen <= brightShare * values.length;) seen += counts[++level]!;
  const corners = [0, columns - 1, values.length - columns, values.length - 1].map((i) => values[i]!);
  const background = Math.min(...corners, level);
  return background + thresholdShare * (level - background);
}

/** Gives each bright region a label of its own, from 2 on, and tells the one with the largest frame. */
function widestRegion({ cells, stride }: Grid): { label: number; area: number } {
  const stack: number[] = [];
  let best = { label: bright, area: 0 };
  let label = bright;
  for (let start = 0; start < cells.length; start++) {
    if (cells[start] !== bright) continue;
    const area = flood(cells, stride, start, ++label, stack);
    if (area > best.area) best = { label, area };
  }
  return best;
}

/** Leaves what can be reached from the edge without entering the region dark, and makes all else bright. */
function clearOutside({ cells, stride }: Grid, region: number): void {
  const reached = region + 1;
  for (let i = 0; i < cells.length; i++) {
    if (cells[i] !== fence) cells[i] = cells[i] === region ? bright : dark;
  }
  flood(cells, stride, stride + 1, reached, []);
  for (let i = 0; i < cells.length; i++) {
    if (cells[i] !== fence) cells[i] = cells[i] === reached ? dark : bright;
  }
}

/** Turns the 4-connected cells that are as `start` into `label`. @returns the area of the frame around them */
function flood(cells: Int32Array, stride: number, start: number, label: number, stack: number[]): number {
  const from = cells[start]!;
  let [first, last, left, right] = [start, start, stride, 0];
  cells[start] = label;
  stack.push(start);
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    const column = i % stride;
    if (i < first) first = i;
    if (i > last) last = i;
    if (column < left) left = column;
    if (column > right) right = column;
    for (let side = 0; side < 4; side++) {
      const next = i + (side < 2 ? 2 * side - 1 : (2 * side - 5) * stride);
      if (cells[next] !== from) continue;
      cells[next] = label;
      stack.push(next);
    }
  }
  return (Math.floor(last / stride) - Math.floor(first / stride) + 1) * (right - left + 1);
}
