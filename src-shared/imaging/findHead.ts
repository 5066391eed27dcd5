import type { SliceRegion } from '../domain/analysis.ts';
import { bright, brightCells, dark, gridMargin, type Grid } from './brightCells.ts';
import type { GreyPicture } from './GreyPicture.ts';
import { releaseMemory } from '../releaseMemory.ts';

/** The head's frame covers at least this share of the picture; what is smaller is not believed. */
const leastShare = 0.1;
/** A further region belongs to the head from this share of its frame on: orbits, a lobe that the slice cuts off. */
const partShare = 0.04;
/** Larger pictures are judged on a grid of about this many cells along the shorter side. */
const cellsAlong = 112;

/** Which pixels show the head. */
export interface Head {
  /** 1 inside, 0 outside, [row][column]. */
  mask: Uint8Array<ArrayBuffer>;
  /** The smallest frame around it. */
  frame: SliceRegion;
}

/**
 * Finds the head: of the 4-connected bright regions (see `brightCells`) the one with the largest frame, with those that
 * are large beside it, and their holes filled. The frame and not the area, since a dark skull often cuts the scalp,
 * which reaches around everything, from the brain.
 *
 * Pictures in frames have a dark edge, tightly cropped ones have none, so the whole picture may be the head. The
 * mask is as fine as the grid: cells of 2 × 2 pixels at 224 × 224.
 *
 * @returns null where no region's frame covers a tenth of the picture
 */
export function findHead(picture: GreyPicture): Head | null {
  const found = findParts(picture);
  if (found === null) return null;
  clearOutside(found.grid, found.parts);
  return { mask: paintCells(found.grid, picture), frame: frameAround(found.parts, found.grid, picture) };
}

/** The frame of `findHead` alone, in half the time. */
export function findHeadFrame(picture: GreyPicture): SliceRegion | null {
  const found = findParts(picture);
  if (found === null) return null;
  releaseMemory(found.grid.cells);
  return frameAround(found.parts, found.grid, picture);
}

/**
 * How much of each side of the head's frame is head: top, bottom, left, right, 0…1. A whole head touches its frame here and
 * there, one that the picture cuts fills a side of it. No hole of the head lies on its frame, so none is filled for this.
 *
 * @returns null where `findHead` finds none
 */
export function findHeadSides(picture: GreyPicture): readonly number[] | null {
  const found = findParts(picture);
  if (found === null) return null;
  const { cells, stride } = found.grid;
  const labels = new Set(found.parts.map(({ label }) => label));
  const { top, bottom, left, right } = boundsOf(found.parts);
  const share = (first: number, step: number, length: number): number => {
    let filled = 0;
    for (let i = 0; i < length; i++) if (labels.has(cells[first + i * step]!)) filled++;
    return filled / length;
  };
  const start = top * stride + left;
  return [
    share(start, 1, right - left + 1),
    share(bottom * stride + left, 1, right - left + 1),
    share(start, stride, bottom - top + 1),
    share(top * stride + right, stride, bottom - top + 1),
  ];
}

/** A connected region; its frame in cells of the grid with its margin, ends included. */
interface Region {
  label: number;
  /** How many cells it has. */
  count: number;
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** The regions of the head, the one with the largest frame first, on a grid labelled by regions. */
function findParts(picture: GreyPicture): { grid: Grid; parts: Region[] } | null {
  const { rows, columns } = picture;
  const grid = brightCells(picture, Math.max(1, Math.floor(Math.min(rows, columns) / cellsAlong)));
  const regions = labelRegions(grid);
  const widest = regions.reduce<Region | null>(
    (best, region) => (best === null || frameArea(region) > frameArea(best) ? region : best),
    null,
  );
  if (widest === null || frameArea(widest) * grid.step ** 2 < leastShare * rows * columns) return null;
  const least = partShare * frameArea(widest);
  return { grid, parts: [widest, ...regions.filter((region) => region !== widest && region.count >= least)] };
}

function frameArea({ top, bottom, left, right }: Region): number {
  return (bottom - top + 1) * (right - left + 1);
}

/** The smallest frame of cells around regions, ends included. */
function boundsOf(parts: Region[]): Pick<Region, 'top' | 'bottom' | 'left' | 'right'> {
  return {
    top: Math.min(...parts.map((part) => part.top)),
    bottom: Math.max(...parts.map((part) => part.bottom)),
    left: Math.min(...parts.map((part) => part.left)),
    right: Math.max(...parts.map((part) => part.right)),
  };
}

/** The smallest frame of pixels around regions. */
function frameAround(parts: Region[], { step }: Grid, { rows, columns }: GreyPicture): SliceRegion {
  const bounds = boundsOf(parts);
  const top = (bounds.top - gridMargin) * step;
  const left = (bounds.left - gridMargin) * step;
  const bottom = (bounds.bottom - gridMargin + 1) * step;
  const right = (bounds.right - gridMargin + 1) * step;
  return { top, left, height: Math.min(bottom, rows) - top, width: Math.min(right, columns) - left };
}

/** The mask in pixels: 1 for every pixel of a bright cell. */
function paintCells({ cells, stride, step }: Grid, { rows, columns }: GreyPicture): Head['mask'] {
  const mask = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    if (row % step !== 0) {
      mask.copyWithin(start, start - columns, start);
      continue;
    }
    let cell = (row / step + gridMargin) * stride + gridMargin;
    for (let column = 0; column < columns; column += step, cell++) {
      if (cells[cell] !== bright) continue;
      const end = start + Math.min(column + step, columns);
      // A call of `fill` costs more than the few pixels of a cell.
      for (let pixel = start + column; pixel < end; pixel++) mask[pixel] = 1;
    }
  }
  return mask;
}

/** Gives each bright region a label of its own, from 2 on. */
function labelRegions(grid: Grid): Region[] {
  const { cells } = grid;
  const stack = new Int32Array(cells.length);
  const regions: Region[] = [];
  for (let start = 0; start < cells.length; start++)
    if (cells[start] === bright) regions.push(flood(grid, start, regions.length + 2, stack));
  releaseMemory(stack);
  return regions;
}

/** Leaves what can be reached from the edge without entering the head dark, and makes all else bright. */
function clearOutside(grid: Grid, parts: Region[]): void {
  const { cells, stride } = grid;
  const labels = new Set(parts.map(({ label }) => label));
  const reached = Math.max(...labels) + 1;
  for (let i = 0; i < cells.length; i++)
    if (cells[i]! > dark) cells[i] = labels.has(cells[i]!) ? bright : dark;
  flood(grid, stride + 1, reached, new Int32Array(cells.length));
  for (let i = 0; i < cells.length; i++)
    if (cells[i]! >= dark) cells[i] = cells[i] === reached ? dark : bright;
}

/** Turns the 4-connected cells that are as `start` into `label`; `stack` has room for all cells. */
function flood({ cells, stride }: Grid, start: number, label: number, stack: Int32Array): Region {
  const from = cells[start]!;
  let [first, last, left, right, count, depth] = [start, start, stride, 0, 0, 1];
  const visit = (cell: number): void => {
    if (cells[cell] !== from) return;
    cells[cell] = label;
    stack[depth++] = cell;
  };
  cells[start] = label;
  stack[0] = start;
  while (depth > 0) {
    const cell = stack[--depth]!;
    const column = cell % stride;
    if (cell < first) first = cell;
    if (cell > last) last = cell;
    if (column < left) left = column;
    if (column > right) right = column;
    count++;
    visit(cell - 1);
    visit(cell + 1);
    visit(cell - stride);
    visit(cell + stride);
  }
  return { label, count, top: Math.floor(first / stride), bottom: Math.floor(last / stride), left, right };
}
