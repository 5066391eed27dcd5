import { resizeRows, type PictureSize } from '../../src-shared/imaging/resize.ts';
import { headBox } from './headBox.ts';

/** Side of a head thumbnail in pixels. At 48 a neighbouring slice still differs, and 100,000 of them fit in 230 MB. */
export const thumbnailSide = 48;

/**
 * The perceptual description of a picture: its head, cut out and stretched to a square of `thumbnailSide`.
 *
 * Margins, size and proportions are gone; what is left of a brightness change or of JPEG artefacts is for
 * `compareHeads` to see past.
 *
 * @param grey - the whole picture, [row][column], 0…255; 128 × 128 is enough
 * @returns grey 0…255, [row][column]
 */
export function headThumbnail(grey: Uint8Array, size: PictureSize): Uint8Array<ArrayBuffer> {
  const { top, left, height, width } = headBox(grey, size);
  const readRow = (row: number, line: Float32Array): void => {
    const start = (top + row) * size.columns + left;
    for (let column = 0; column < width; column++) line[column] = grey[start + column]!;
  };
  const head = new Float32Array(thumbnailSide ** 2);
  const square = { rows: thumbnailSide, columns: thumbnailSide };
  resizeRows(readRow, { rows: height, columns: width }, square, head);
  const thumbnail = new Uint8Array(head.length);
  for (let i = 0; i < head.length; i++) thumbnail[i] = Math.round(head[i]!);
  return thumbnail;
}

/** The mirror image of a thumbnail, left for right: some collections hold both. */
export function mirrored(thumbnail: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const out = Uint8Array.from(thumbnail);
  for (let row = 0; row < out.length; row += thumbnailSide) out.subarray(row, row + thumbnailSide).reverse();
  return out;
}
