import { thumbnailSide } from './headThumbnail.ts';
import { solveLinear } from './solveLinear.ts';

/** A thumbnail at each side of `pyramidSides`, ready to be compared. */
export type Pyramid = readonly Float32Array[];

/** Coarse to fine: a shift of a tenth of the head is one pixel at the coarsest level. */
const pyramidSides = [thumbnailSide / 4, thumbnailSide / 2, thumbnailSide];

/** What a level must reach for the next one to be tried, in correlation and in that of the details. */
const glances: readonly { correlation: number; detail?: number }[] = [
  { correlation: 0.8 },
  { correlation: 0.82, detail: 0.6 },
];

/** Steps at each level; the fine one only has to settle. */
const mostSteps = [6, 5, 4];

/** A step smaller than this, in half sides, changes nothing that matters. */
const smallestStep = 0.002;

/** How far one head box may differ from another: scale, and shift in half sides. */
const scaleRange = [0.75, 1.33] as const;
const largestShift = 0.3;

/** Structures wider than twice this many pixels of the finest level (the head's outline above all) do not count. */
const detailRadius = 4;

/** Local contrast below this part of the picture's own is noise. */
const contrastFloor = 0.3;

/**
 * How one thumbnail lies in the other, axis by axis: position u of the second, -1…1 across its side, is position
 * `shift` + `scale` · u of the first.
 */
interface AxisFit {
  shift: number;
  scale: number;
}

interface Fit {
  across: AxisFit;
  down: AxisFit;
}

/** The first thumbnail laid over the second: the rectangle of the second that it covers. */
interface Overlap {
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** The first, resampled, and the second, [row][column] of the rectangle, mean 0 and norm 1. */
  first: Float32Array;
  second: Float32Array;
  correlation: number;
}

/** Prepares a thumbnail for `compareHeads` by halving it twice. */
export function pyramidOf(thumbnail: Uint8Array): Pyramid {
  const fine = new Float32Array(thumbnail);
  const middle = halve(fine, pyramidSides[2]!);
  return [halve(middle, pyramidSides[1]!), middle, fine];
}

/**
 * How alike two heads are: 1 for the same picture, about 0.5 for the same place in two patients.
 *
 * The second is laid over the first by the shift and scale of each axis that fit best (Lucas and Kanade 1981, in
 * the inverse compositional form of Baker and Matthews 2004, coarse to fine), which undoes a crop. Both are
 * normalised over their overlap, which undoes brightness and contrast. The answer is the correlation of their
 * details at even contrast, so that sulci count as much as the bright rim of the skull, in which heads are alike.
 *
 *     similarity = corr(detail A(W u), detail B(u)),   W u = shift + scale · u
 *
 * @param isThorough - also compare what looks different at a glance: ten times dearer, for the few pairs that
 *   there is another reason to suspect
 * @returns 0 where a glance shows two different pictures
 */
export function compareHeads(first: Pyramid, second: Pyramid, isThorough = false): number {
  let fit: Fit = { across: { shift: 0, scale: 1 }, down: { shift: 0, scale: 1 } };
  let detail = 0;
  for (const [level, side] of pyramidSides.entries()) {
    const aligned = align(first[level]!, second[level]!, side, fit, mostSteps[level]!);
    if (aligned === null) return 0;
    fit = aligned.fit;
    const glance = isThorough ? undefined : glances[level];
    if (glance !== undefined && aligned.correlation < glance.correlation) return 0;
    const isLast = level === pyramidSides.length - 1;
    if (!isLast && glance?.detail === undefined) continue;
    detail = detailCorrelation(layOver(first[level]!, second[level]!, side, fit)!);
    if (glance?.detail !== undefined && detail < glance.detail) return 0;
  }
  return detail;
}

function halve(values: Float32Array, side: number): Float32Array {
  const half = side / 2;
  const out = new Float32Array(half * half);
  for (let row = 0, o = 0; row < half; row++) {
    for (let column = 0; column < half; column++, o++) {
      const i = 2 * row * side + 2 * column;
      out[o] = (values[i]! + values[i + 1]! + values[i + side]! + values[i + side + 1]!) / 4;
    }
  }
  return out;
}

/** Improves a fit at one level of the pyramid, and keeps the best that it met; null where too little overlaps. */
function align(
  first: Float32Array,
  second: Float32Array,
  side: number,
  start: Fit,
  steps: number,
): { fit: Fit; correlation: number } | null {
  let best: { fit: Fit; correlation: number } | null = null;
  let fit = start;
  for (let step = 0; step < steps; step++) {
    const overlap = layOver(first, second, side, fit);
    if (overlap === null) break;
    const { correlation } = overlap;
    if (best === null || correlation > best.correlation) best = { fit, correlation };
    else if (correlation < best.correlation - 0.02) break;
    const move = nextMove(overlap, side);
    const next = {
      across: moveBack(fit.across, move[0]!, move[1]!),
      down: moveBack(fit.down, move[2]!, move[3]!),
    };
    if (!isPlausible(next.across) || !isPlausible(next.down)) break;
    fit = next;
    if (move.every((part) => Math.abs(part) < smallestStep)) break;
  }
  return best;
}

/** The fit after the second picture was found to lie at u + shift + scale · u: W after the inverse of that. */
function moveBack(fit: AxisFit, shift: number, scale: number): AxisFit {
  return { shift: fit.shift - (fit.scale * shift) / (1 + scale), scale: fit.scale / (1 + scale) };
}

function isPlausible({ shift, scale }: AxisFit): boolean {
  return scale > scaleRange[0] && scale < scaleRange[1] && Math.abs(shift) < largestShift;
}

/** Where the first picture is read along one axis for each pixel of the second that it covers. */
interface AxisRead {
  /** The pixels of the second that the first covers. */
  from: number;
  to: number;
  /** For each of them the pixel of the first before it, and how far it lies towards the next, 0…1. */
  before: Int32Array;
  beyond: Float64Array;
}

/** Work space of `layOver`, which is called so often that new arrays each time would cost more than the sums. */
const across: AxisRead = newAxisRead();
const down: AxisRead = newAxisRead();
const resampledSpace = new Float32Array(thumbnailSide ** 2);
const coveredSpace = new Float32Array(thumbnailSide ** 2);
const positions = new Float32Array(thumbnailSide);

function newAxisRead(): AxisRead {
  return {
    from: 0,
    to: 0,
    before: new Int32Array(thumbnailSide),
    beyond: new Float64Array(thumbnailSide),
  };
}

function readAxis({ shift, scale }: AxisFit, side: number, read: AxisRead): void {
  for (let i = 0; i < side; i++) {
    const u = (2 * i + 1) / side - 1;
    positions[i] = ((shift + scale * u + 1) / 2) * side - 0.5;
  }
  let from = 0;
  let to = side;
  // Half a pixel beyond the outermost centres is still the picture.
  while (from < to && positions[from]! < -0.5) from++;
  while (to > from && positions[to - 1]! > side - 0.5) to--;
  for (let i = from; i < to; i++) {
    const at = positions[i]!;
    const before = Math.min(Math.max(Math.floor(at), 0), side - 2);
    read.before[i - from] = before;
    read.beyond[i - from] = Math.min(Math.max(at - before, 0), 1);
  }
  read.from = from;
  read.to = to;
}

/** Lays the first over the second; null where they overlap too little. The answer holds until the next call. */
function layOver(first: Float32Array, second: Float32Array, side: number, fit: Fit): Overlap | null {
  readAxis(fit.across, side, across);
  readAxis(fit.down, side, down);
  const [width, height] = [across.to - across.from, down.to - down.from];
  if (width * height < 0.6 * side * side) return null;
  const resampled = resampledSpace.subarray(0, width * height);
  const covered = coveredSpace.subarray(0, width * height);
  const [columnBefore, columnBeyond] = [across.before, across.beyond];
  for (let row = 0, o = 0; row < height; row++) {
    const line = down.before[row]! * side;
    const fy = down.beyond[row]!;
    const start = (down.from + row) * side + across.from;
    for (let column = 0; column < width; column++, o++) {
      const fx = columnBeyond[column]!;
      const i = line + columnBefore[column]!;
      const upper = first[i]! + fx * (first[i + 1]! - first[i]!);
      const lower = first[i + side]! + fx * (first[i + side + 1]! - first[i + side]!);
      resampled[o] = upper + fy * (lower - upper);
      covered[o] = second[start + column]!;
    }
  }
  return {
    left: across.from,
    right: across.to,
    top: down.from,
    bottom: down.to,
    first: resampled,
    second: covered,
    correlation: correlate(resampled, covered),
  };
}

/** Work space of `nextMove`: where each column of the overlap lies in the second picture, -1…1. */
const placeAcross = new Float64Array(thumbnailSide);

/** The least-squares shift and scale of both axes that turn the second picture into the first. */
function nextMove({ left, right, top, bottom, first, second }: Overlap, side: number): number[] {
  const [width, height] = [right - left, bottom - top];
  const normal = new Float64Array(16);
  const right4 = new Float64Array(4);
  let [xx, xxu, xy, xyv, xuxu, xuy, xuyv, yy, yyv, yvyv] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  let [ex, exu, ey, eyv] = [0, 0, 0, 0];
  const perHalfSide = side / 4;
  for (let column = 0; column < width; column++) placeAcross[column] = (2 * (left + column) + 1) / side - 1;
  for (let row = 1; row < height - 1; row++) {
    const v = (2 * (top + row) + 1) / side - 1;
    for (let column = 1, i = row * width + 1; column < width - 1; column++, i++) {
      const u = placeAcross[column]!;
      const gx = (second[i + 1]! - second[i - 1]!) * perHalfSide;
      const gy = (second[i + width]! - second[i - width]!) * perHalfSide;
      const gxu = gx * u;
      const gyv = gy * v;
      const error = first[i]! - second[i]!;
      xx += gx * gx;
      xxu += gx * gxu;
      xy += gx * gy;
      xyv += gx * gyv;
      xuxu += gxu * gxu;
      xuy += gxu * gy;
      xuyv += gxu * gyv;
      yy += gy * gy;
      yyv += gy * gyv;
      yvyv += gyv * gyv;
      ex += gx * error;
      exu += gxu * error;
      ey += gy * error;
      eyv += gyv * error;
    }
  }
  normal.set([xx, xxu, xy, xyv, 0, xuxu, xuy, xuyv, 0, 0, yy, yyv, 0, 0, 0, yvyv]);
  right4.set([ex, exu, ey, eyv]);
  return solveLinear(normal, right4);
}

function detailCorrelation({ left, right, top, bottom, first, second }: Overlap): number {
  const size = { width: right - left, height: bottom - top };
  const a = evenDetail(first, size);
  const b = evenDetail(second, size);
  return correlate(a, b);
}

/**
 * The picture minus its local mean, over its local contrast. `floor` (part of the contrast of the whole) keeps
 * the noise of flat regions small.
 *
 *     d = v - mean(v),   even detail = d / sqrt(mean(d²) + floor² · mean of d² over the picture)
 */
function evenDetail(values: Float32Array, size: Size): Float32Array {
  const mean = localMean(values, size);
  const detail = new Float32Array(values.length);
  const squares = new Float32Array(values.length);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    detail[i] = values[i]! - mean[i]!;
    squares[i] = detail[i]! * detail[i]!;
    sum += squares[i]!;
  }
  const power = localMean(squares, size);
  const floor = (contrastFloor ** 2 * sum) / values.length + Number.MIN_VALUE;
  for (let i = 0; i < values.length; i++) detail[i]! /= Math.sqrt(power[i]! + floor);
  return detail;
}

interface Size {
  width: number;
  height: number;
}

/** Work space of `localMean`; its first row and column stay 0. */
const sumsSpace = new Float64Array((thumbnailSide + 1) ** 2);
const leftOf = new Int32Array(thumbnailSide);
const rightOf = new Int32Array(thumbnailSide);

/** Mean over the square of `detailRadius` around each pixel, as far as it lies inside, by a table of sums. */
function localMean(values: Float32Array, { width, height }: Size): Float32Array {
  const stride = thumbnailSide + 1;
  const sums = sumsSpace;
  for (let row = 0, i = 0; row < height; row++) {
    let line = 0;
    for (let above = row * stride + 1, end = above + width; above < end; above++, i++) {
      line += values[i]!;
      sums[above + stride] = sums[above]! + line;
    }
  }
  for (let column = 0; column < width; column++) {
    leftOf[column] = Math.max(column - detailRadius, 0);
    rightOf[column] = Math.min(column + detailRadius + 1, width);
  }
  const out = new Float32Array(values.length);
  for (let row = 0, i = 0; row < height; row++) {
    const top = Math.max(row - detailRadius, 0);
    const bottom = Math.min(row + detailRadius + 1, height);
    const above = top * stride;
    const below = bottom * stride;
    for (let column = 0; column < width; column++, i++) {
      const left = leftOf[column]!;
      const right = rightOf[column]!;
      const sum = sums[below + right]! - sums[below + left]! - sums[above + right]! + sums[above + left]!;
      out[i] = sum / ((bottom - top) * (right - left));
    }
  }
  return out;
}

/**
 * Brings two pictures of one size to mean 0 and norm 1 and correlates them; a uniform picture becomes all zero and so
 * resembles nothing. Both in one loop each time, so that neither sum waits for its own last addition.
 */
function correlate(a: Float32Array, b: Float32Array): number {
  const { length } = a;
  let sumA = 0;
  let sumB = 0;
  for (let i = 0; i < length; i++) {
    sumA += a[i]!;
    sumB += b[i]!;
  }
  const meanA = sumA / length;
  const meanB = sumB / length;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < length; i++) {
    const valueA = a[i]! - meanA;
    const valueB = b[i]! - meanB;
    a[i] = valueA;
    b[i] = valueB;
    squaresA += valueA * valueA;
    squaresB += valueB * valueB;
  }
  const factorA = factorOf(squaresA);
  const factorB = factorOf(squaresB);
  let product = 0;
  for (let i = 0; i < length; i++) {
    const valueA = Math.fround(a[i]! * factorA);
    const valueB = Math.fround(b[i]! * factorB);
    a[i] = valueA;
    b[i] = valueB;
    product += valueA * valueB;
  }
  return product;
}

function factorOf(squares: number): number {
  return squares > 1e-12 ? 1 / Math.sqrt(squares) : 0;
}
