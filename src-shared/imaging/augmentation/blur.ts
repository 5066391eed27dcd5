import { withValues, type GreyPicture } from '../GreyPicture.ts';

/**
 * Gaussian blur, down the columns and along the rows.
 *
 *     w(k) ~ exp(-k² / (2 σ²)),   |k| <= ceil(3 σ),   sum of w = 1
 *
 * Beyond the edge the picture is mirrored without repeating the edge pixel (OpenCV's default border).
 */
export function blur(picture: GreyPicture, sigma: number): GreyPicture {
  if (!(sigma > 0)) return picture;
  const { rows, columns, values } = picture;
  const weights = gaussianWeights(sigma);
  const reach = weights.length - 1;
  const out = new Float32Array(values.length);
  const line = new Float32Array(columns + 2 * reach);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    for (let column = 0; column < columns; column++)
      line[reach + column] = weights[0]! * values[start + column]!;
    for (let k = 1; k <= reach; k++) {
      const above = mirror(row - k, rows) * columns;
      const below = mirror(row + k, rows) * columns;
      const weight = weights[k]!;
      for (let column = 0; column < columns; column++)
        line[reach + column]! += weight * (values[above + column]! + values[below + column]!);
    }
    mirrorEnds(line, reach);
    for (let column = 0; column < columns; column++) {
      const centre = column + reach;
      let sum = weights[0]! * line[centre]!;
      for (let k = 1; k <= reach; k++) sum += weights[k]! * (line[centre - k]! + line[centre + k]!);
      out[start + column] = sum;
    }
  }
  return withValues(picture, out);
}

/** The weights from the centre outwards. */
function gaussianWeights(sigma: number): Float32Array {
  const reach = Math.ceil(3 * sigma);
  const weights = Float32Array.from({ length: reach + 1 }, (_, k) =>
    Math.exp((-k * k) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((total, weight, k) => total + (k === 0 ? weight : 2 * weight), 0);
  return weights.map((weight) => weight / sum);
}

/** Fills the margins of a line with the mirror image of what lies between them. */
function mirrorEnds(line: Float32Array, margin: number): void {
  const length = line.length - 2 * margin;
  for (let k = 1; k <= margin; k++) {
    line[margin - k] = line[margin + mirror(-k, length)]!;
    line[margin + length - 1 + k] = line[margin + mirror(length - 1 + k, length)]!;
  }
}

function mirror(i: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const folded = ((i % period) + period) % period;
  return folded < length ? folded : period - folded;
}
