import sharp from 'sharp';

/**
 * An 8-bit picture as a PNG file.
 *
 * @param pixels - [row][column][channel]
 */
export async function encodePng(
  pixels: Uint8ClampedArray<ArrayBuffer>,
  { rows, columns, channels }: { rows: number; columns: number; channels: 1 | 3 | 4 },
): Promise<Uint8Array<ArrayBuffer>> {
  const raw = { width: columns, height: rows, channels };
  return Uint8Array.from(await sharp(pixels, { raw }).png().toBuffer());
}
