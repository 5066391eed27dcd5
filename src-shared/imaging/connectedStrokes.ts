import type { Samples } from '../domain/slice.ts';

/** An 8-connected bright region; its frame in pixels, ends included. */
export interface Stroke {
  top: number;
  bottom: number;
  left: number;
  right: number;
  /** Pixels. */
  count: number;
  /** Rows of pixels without a gap. */
  runs: number;
}

/** Pieces of rows, [row][piece]: pixel numbers of start and end, the end not included. */
export type RowPieces = readonly (readonly (readonly [start: number, end: number])[])[];

/** The highest value in the pieces of each row. */
export function highestOfRows(values: Samples, columns: number, pieces: RowPieces): Float64Array {
  const highest = new Float64Array(pieces.length).fill(-Infinity);
  for (let row = 0; row < pieces.length; row++) {
    let most = -Infinity;
    for (const [start, end] of pieces[row]!)
      for (let at = row * columns + start, last = row * columns + end; at < last; at++)
        if (values[at]! > most) most = values[at]!;
    highest[row] = most;
  }
  return highest;
}

/**
 * Finds the bright regions of a part of a picture, by runs of pixels that are joined to those of the row above.
 *
 * @param values - [row][column]
 * @param columns - length of a row
 * @param pieces - where to look, for each row from left to right
 * @param highest - see `highestOfRows`; rows that are dark all along are passed over
 * @param threshold - bright is above it
 */
export function connectedStrokes(
  values: Samples,
  columns: number,
  { pieces, highest }: { pieces: RowPieces; highest: Float64Array },
  threshold: number,
): Stroke[] {
  const strokes: Stroke[] = [];
  let above: Run[] = [];
  for (let row = 0; row < pieces.length; row++) {
    const runs: Run[] = [];
    if (highest[row]! > threshold)
      for (const [start, end] of pieces[row]!)
        addRuns(runs, values, { start, end }, row * columns, threshold);
    let first = 0;
    for (const run of runs) {
      while (first < above.length && above[first]!.end < run.start) first++;
      for (let i = first; i < above.length && above[i]!.start <= run.end; i++) join(run, above[i]!);
      if (run.region === null) strokes.push((run.region = { stroke: strokeOf(row), parent: null }).stroke);
      extend(rootOf(run.region).stroke, row, run);
    }
    above = runs;
  }
  return strokes.filter(({ runs }) => runs > 0);
}

/** A region under construction; one that was joined to another points to it. */
interface Region {
  stroke: Stroke;
  parent: Region | null;
}

/** Bright pixels of a row without a gap, the end not included. */
interface Run {
  start: number;
  end: number;
  region: Region | null;
}

function addRuns(
  runs: Run[],
  values: Samples,
  { start, end }: { start: number; end: number },
  rowStart: number,
  threshold: number,
): void {
  for (let column = start; column < end; column++) {
    if (values[rowStart + column]! <= threshold) continue;
    const from = column;
    while (column < end && values[rowStart + column]! > threshold) column++;
    runs.push({ start: from, end: column, region: null });
  }
}

function strokeOf(row: number): Stroke {
  return { top: row, bottom: row, left: Infinity, right: -1, count: 0, runs: 0 };
}

function rootOf(region: Region): Region {
  let root = region;
  while (root.parent !== null) root = root.parent;
  return root;
}

/** Puts a run into the region of one above it; a second such region becomes part of the first. */
function join(run: Run, above: Run): void {
  const other = rootOf(above.region!);
  run.region ??= other;
  const own = rootOf(run.region);
  if (own === other) return;
  other.parent = own;
  const { top, left, right, count, runs } = other.stroke;
  own.stroke.top = Math.min(own.stroke.top, top);
  own.stroke.left = Math.min(own.stroke.left, left);
  own.stroke.right = Math.max(own.stroke.right, right);
  own.stroke.count += count;
  own.stroke.runs += runs;
  other.stroke.runs = 0;
}

function extend(stroke: Stroke, row: number, { start, end }: Run): void {
  stroke.bottom = row;
  stroke.left = Math.min(stroke.left, start);
  stroke.right = Math.max(stroke.right, end - 1);
  stroke.count += end - start;
  stroke.runs++;
}
