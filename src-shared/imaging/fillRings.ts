import type { PictureSize } from './resize.ts';

/** A corner in pixels; the first pixel's corner is 0, 0 and its middle 1/2, 1/2. */
export type Corner = readonly [x: number, y: number];

/**
 * The pixels whose middle lies inside closed lines, by the even-odd rule: a line within another one is a hole.
 *
 * @returns 1 inside and 0 outside, [row][column]
 */
export function fillRings(
  rings: readonly (readonly Corner[])[],
  { rows, columns }: PictureSize,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const crossings = crossingsAt(rings, row + 0.5);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const begin = Math.max(0, Math.ceil(crossings[pair]! - 0.5));
      const end = Math.min(columns, Math.ceil(crossings[pair + 1]! - 0.5));
      if (end > begin) out.fill(1, row * columns + begin, row * columns + end);
    }
  }
  return out;
}

/** Where a horizontal line meets the edges, from left to right. */
function crossingsAt(rings: readonly (readonly Corner[])[], y: number): number[] {
  const crossings: number[] = [];
  for (const corners of rings)
    corners.forEach(([x1, y1], i) => {
      const [x2, y2] = corners[(i + 1) % corners.length]!;
      if (y1 <= y === y2 <= y) return;
      crossings.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
    });
  return crossings.sort((a, b) => a - b);
}
