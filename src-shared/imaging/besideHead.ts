import type { Samples } from '../domain/slice.ts';
import type { RowPieces } from './connectedStrokes.ts';
import { findHead } from './findHead.ts';

/** The head is looked for on a grid of about this many cells along the shorter side. */
const cellsAlong = 112;

/**
 * What of each row lies outside of the head's silhouette: neither between the first and the last cell of the head along
 * its row, nor along its column.
 *
 * @param samples - [row][column]; dark is low
 * @param range - values of background and of the brightest tissue
 * @returns whole rows where no head is found
 */
export function besideHead(
  samples: Samples,
  rows: number,
  columns: number,
  { background, bright }: { background: number; bright: number },
): RowPieces {
  const step = Math.max(1, Math.floor(Math.min(rows, columns) / cellsAlong));
  const [height, width] = [Math.ceil(rows / step), Math.ceil(columns / step)];
  const values = new Float32Array(height * width);
  const scale = 255 / (bright - background);
  for (let row = 0, cell = 0; row < height; row++)
    for (let at = row * step * columns, end = at + columns; at < end; at += step)
      values[cell++] = Math.max(0, Math.min(255, scale * (samples[at]! - background)));
  const mask = findHead({ rows: height, columns: width, values })?.mask ?? new Uint8Array(height * width);
  const inside = fillBetween(mask, height, width);
  const ofCells = Array.from({ length: height }, (_, row) =>
    outsideOf(inside.subarray(row * width, (row + 1) * width)).map(
      ([start, end]) => [start * step, Math.min(columns, end * step)] as const,
    ),
  );
  return Array.from({ length: rows }, (_, row) => ofCells[Math.floor(row / step)]!);
}

/** 1 for what lies between marked cells of its row or of its column. */
function fillBetween(mask: Uint8Array, height: number, width: number): Uint8Array {
  const filled = Uint8Array.from(mask);
  const fill = (first: number, stride: number, count: number): void => {
    let [from, to] = [0, count - 1];
    while (from < count && mask[first + from * stride] === 0) from++;
    while (to > from && mask[first + to * stride] === 0) to--;
    for (let i = from; i <= to; i++) filled[first + i * stride] = 1;
  };
  for (let row = 0; row < height; row++) fill(row * width, 1, width);
  for (let column = 0; column < width; column++) fill(column, width, height);
  return filled;
}

function outsideOf(cells: Uint8Array): [start: number, end: number][] {
  const pieces: [number, number][] = [];
  for (let start = 0; start < cells.length; start++) {
    if (cells[start] === 1) continue;
    const inside = cells.indexOf(1, start);
    const end = inside === -1 ? cells.length : inside;
    pieces.push([start, end]);
    start = end;
  }
  return pieces;
}
