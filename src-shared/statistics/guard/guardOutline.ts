import type { GreyPicture } from '../../imaging/GreyPicture.ts';
import { releaseMemory } from '../../releaseMemory.ts';
import { resizeRows } from '../../imaging/resize.ts';

/** The picture is brought to this size first. */
const side = 112;
const cells = 8;
const directions = 12;
const coarse = 16;
/** Keeps the normalisation of a flat neighbourhood finite, in grey levels of summed gradients. */
const leastEnergy = 1e4;
/** The same for the coarse picture, in grey levels. */
const leastContrast = 8;

const histogramLength = cells * cells * directions;

/** Numbers that `guardOutline` gives. */
export const outlineLength = histogramLength + coarse * coarse;

/**
 * Where edges run and which way they face: what tells a head from the same head turned, which a network that was
 * trained with turned pictures cannot see.
 *
 * 1. Histograms of gradients (Dalal and Triggs, CVPR 2005): for each of 8 × 8 cells the gradients' lengths by their
 *    direction, twelve over the whole circle, shared between the two nearest; square root; divided by the root of the
 *    energy of the 3 × 3 cells around.
 * 2. The picture at 16 × 16, less its mean and divided by its deviation.
 *
 * @param picture - a model's input, square
 * @returns [cell row][cell column][direction], then [row][column]
 */
export function guardOutline({ rows, columns, values }: GreyPicture): Float32Array<ArrayBuffer> {
  const small = resized({ rows, columns, values }, side);
  const outline = new Float32Array(outlineLength);
  outline.set(gradientHistograms(small));
  outline.set(coarsePicture(small), histogramLength);
  releaseMemory(small);
  return outline;
}

function resized(picture: GreyPicture, to: number): Float32Array<ArrayBuffer> {
  const { columns, values } = picture;
  const result = new Float32Array(to * to);
  const readRow = (row: number, line: Float32Array): void => {
    const start = row * columns;
    for (let column = 0; column < columns; column++) line[column] = values[start + column]!;
  };
  resizeRows(readRow, picture, { rows: to, columns: to }, result, 0);
  return result;
}

function gradientHistograms(grey: Float32Array): Float32Array {
  const histograms = new Float32Array(histogramLength);
  const cellSide = side / cells;
  for (let row = 1; row < side - 1; row++)
    for (let column = 1; column < side - 1; column++) {
      const at = row * side + column;
      const across = grey[at + 1]! - grey[at - 1]!;
      const down = grey[at + side]! - grey[at - side]!;
      if (across === 0 && down === 0) continue;
      const turn = Math.atan2(down, across) / (2 * Math.PI);
      const direction = (turn < 0 ? turn + 1 : turn) * directions;
      const lower = Math.floor(direction);
      const cell = Math.floor(row / cellSide) * cells + Math.floor(column / cellSide);
      const length = Math.sqrt(across * across + down * down);
      histograms[cell * directions + (lower % directions)]! += length * (1 - direction + lower);
      histograms[cell * directions + ((lower + 1) % directions)]! += length * (direction - lower);
    }
  return normalised(histograms);
}

/** Square roots, divided by the root of the energy around; the energy of rooted lengths is their sum. */
function normalised(histograms: Float32Array): Float32Array {
  const energies = new Float32Array(cells * cells);
  for (let i = 0; i < histogramLength; i++) energies[Math.floor(i / directions)]! += histograms[i]!;
  const normal = new Float32Array(histogramLength);
  for (let cell = 0, i = 0; cell < energies.length; cell++) {
    const around = energyAround(energies, cell) + leastEnergy;
    for (const end = i + directions; i < end; i++) normal[i] = Math.sqrt(histograms[i]! / around);
  }
  return normal;
}

/** Of the 3 × 3 cells around one; beyond the picture its outermost cells count again. */
function energyAround(energies: Float32Array, cell: number): number {
  const inside = (place: number): number => Math.min(cells - 1, Math.max(0, place));
  const [row, column] = [Math.floor(cell / cells), cell % cells];
  let around = 0;
  for (let y = row - 1; y <= row + 1; y++)
    for (let x = column - 1; x <= column + 1; x++) around += energies[inside(y) * cells + inside(x)]!;
  return around;
}

function coarsePicture(grey: Float32Array<ArrayBuffer>): Float32Array {
  const picture = resized({ rows: side, columns: side, values: grey }, coarse);
  const mean = picture.reduce((sum, value) => sum + value, 0) / picture.length;
  const squared = picture.reduce((sum, value) => sum + (value - mean) ** 2, 0) / picture.length;
  return picture.map((value) => (value - mean) / (Math.sqrt(squared) + leastContrast));
}
