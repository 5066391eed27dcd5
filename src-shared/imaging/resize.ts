import type { SliceRegion } from '../domain/analysis.ts';

/** Rows and columns of a picture. */
export interface PictureSize {
  rows: number;
  columns: number;
}

/** Which source positions make up each target position along one axis, and by how much. */
interface AxisWeights {
  /** First source position of each target position; never decreases. */
  first: Int32Array;
  /** Where the weights of each target position begin in `weights`; one more entry than positions. */
  offset: Int32Array;
  weights: Float32Array;
}

/** The part of an axis that is shown: from `begin`, in source positions; both may have fractions. */
interface Span {
  begin: number;
  length: number;
}

const cachedWeights = new Map<string, AxisWeights>();
const cacheLimit = 64;

/** The weights for a whole axis, which few sizes share. */
function wholeAxisWeights(from: number, to: number): AxisWeights {
  const key = `${from}>${to}`;
  const known = cachedWeights.get(key);
  if (known) return known;
  const made = axisWeights(from, to, { begin: 0, length: from });
  if (cachedWeights.size >= cacheLimit) cachedWeights.clear();
  cachedWeights.set(key, made);
  return made;
}

/**
 * Weights of a triangle filter whose half-width grows with the reduction, so that a smaller picture is an
 * average and not a selection (no aliasing), and a larger one is plain bilinear interpolation.
 *
 *     x = b + (o + 1/2) s - 1/2,   s = length / to,   w(i) ~ max(0, 1 - |i - x| / max(s, 1)),   sum of w = 1
 *
 * `o` is a target and `i` a source position, `b` the beginning of the span; pixel centres lie at halves
 * ("align_corners = false"). Positions beyond the axis count as black where the span reaches them, so their
 * weights are part of the sum; beyond axis and span they are left out. The BILINEAR filter of Pillow's `resize`.
 */
function axisWeights(from: number, to: number, { begin, length }: Span): AxisWeights {
  const scale = length / to;
  const reach = Math.max(scale, 1);
  const lowest = Math.min(0, Math.floor(begin));
  const highest = Math.max(from, Math.ceil(begin + length));
  const first = new Int32Array(to);
  const offset = new Int32Array(to + 1);
  const weights = new Float32Array(to * (Math.ceil(2 * reach) + 1));
  let count = 0;
  for (let target = 0; target < to; target++) {
    const centre = begin + (target + 0.5) * scale - 0.5;
    const start = Math.max(lowest, Math.floor(centre - reach) + 1);
    const end = Math.min(highest, Math.ceil(centre + reach));
    const weightOf = (i: number): number => 1 - Math.abs(i - centre) / reach;
    let sum = 0;
    for (let i = start; i < end; i++) sum += weightOf(i);
    for (let i = Math.max(0, start); i < Math.min(from, end); i++) weights[count++] = weightOf(i) / sum;
    first[target] = Math.min(from, Math.max(0, start));
    offset[target + 1] = count;
  }
  return { first, offset, weights };
}

/** Writes one source row into the line that it is given. */
export type RowReader = (row: number, line: Float32Array) => void;

/**
 * Resizes a picture that is read row by row, so that a caller can convert values on the way without a second
 * picture in memory. Separable triangle filter, as described in `resize`: each source row is added to the target
 * rows that it belongs to, and a finished one is narrowed. That order keeps the long loops free of look-ups.
 *
 * @param readRow - called once for each source row that is needed, from the top
 * @param out - receives the target, [row][column], from `outOffset` on
 * @param region - the part of the source that is shown, in its pixels, black (0) beyond it; all where left out
 */
export function resizeRows(
  readRow: RowReader,
  from: PictureSize,
  to: PictureSize,
  out: Float32Array<ArrayBuffer>,
  outOffset = 0,
  region?: SliceRegion,
): void {
  const [down, across] = weightsOf(from, to, region);
  const { first, offset, weights } = down;
  const line = new Float32Array(from.columns);
  /** Sums of the target rows from `finished` on that have begun. */
  const sums: Float32Array[] = [];
  const spare: Float32Array[] = [];
  let finished = 0;
  const finishUpTo = (row: number): void => {
    while (finished < to.rows && row >= first[finished]! + offset[finished + 1]! - offset[finished]! - 1) {
      const start = outOffset + finished++ * to.columns;
      const sum = sums.shift();
      if (sum === undefined) out.fill(0, start, start + to.columns);
      else spare.push(narrow(sum, across, out, start));
    }
  };
  finishUpTo(first[0]! - 1);
  for (let row = first[finished] ?? from.rows; row < from.rows && finished < to.rows; row++) {
    readRow(row, line);
    let waiting: { sum: Float32Array; weight: number } | null = null;
    for (let target = finished; target < to.rows && first[target]! <= row; target++) {
      const sum = (sums[target - finished] ??= spare.pop()?.fill(0) ?? new Float32Array(from.columns));
      const place = offset[target]! + row - first[target]!;
      if (place >= offset[target + 1]!) continue;
      const weight = weights[place]!;
      if (waiting === null) waiting = { sum, weight };
      else {
        addScaledTwice(waiting.sum, waiting.weight, sum, weight, line);
        waiting = null;
      }
    }
    if (waiting !== null) addScaled(waiting.sum, line, waiting.weight);
    finishUpTo(row);
  }
}

/** The weights down and across. */
function weightsOf(from: PictureSize, to: PictureSize, region?: SliceRegion): [AxisWeights, AxisWeights] {
  if (region === undefined)
    return [wholeAxisWeights(from.rows, to.rows), wholeAxisWeights(from.columns, to.columns)];
  const { top, left, height, width } = region;
  return [
    axisWeights(from.rows, to.rows, { begin: top, length: height }),
    axisWeights(from.columns, to.columns, { begin: left, length: width }),
  ];
}

function addScaled(sum: Float32Array, line: Float32Array, weight: number): void {
  for (let column = 0; column < line.length; column++) sum[column]! += weight * line[column]!;
}

/** `addScaled` for two sums at once, as every row of a picture that shrinks needs it: a third less time. */
function addScaledTwice(
  first: Float32Array,
  firstWeight: number,
  second: Float32Array,
  secondWeight: number,
  line: Float32Array,
): void {
  for (let column = 0; column < line.length; column++) {
    const value = line[column]!;
    first[column]! += firstWeight * value;
    second[column]! += secondWeight * value;
  }
}

/** Filters one row into `out`, from `start` on. @returns the row, which is free again */
function narrow(
  line: Float32Array,
  { first, offset, weights }: AxisWeights,
  out: Float32Array,
  start: number,
): Float32Array {
  for (let target = 0, w = 0; target < first.length; target++) {
    const end = offset[target + 1]!;
    let sum = 0;
    for (let i = first[target]!; w < end; w++, i++) sum += weights[w]! * line[i]!;
    out[start + target] = sum;
  }
  return line;
}

/**
 * Resizes a picture by a separable, anti-aliased triangle filter: averaging when it shrinks, bilinear when it
 * grows. Pixel centres lie at halves ("align_corners = false"), and each axis has its own scale, so the aspect
 * ratio changes where the sizes' do.
 *
 * @param values - [row][column]
 * @returns [row][column] of the target size
 */
export function resize(
  values: ArrayLike<number>,
  from: PictureSize,
  to: PictureSize,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(to.rows * to.columns);
  const readRow: RowReader = (row, line) => {
    const start = row * from.columns;
    for (let column = 0; column < line.length; column++) line[column] = values[start + column]!;
  };
  resizeRows(readRow, from, to, out);
  return out;
}
