import sharp from 'sharp';

/**
 * An 8-bit grey picture, [row][column], as a small JPEG file for looking at: of one channel and with the standard's own
 * Huffman tables, which takes less than half the time of three channels and best tables, for as many bytes.
 */
export async function encodeJpeg(
  grey: Uint8ClampedArray<ArrayBuffer>,
  { rows, columns }: { rows: number; columns: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const raw = { width: columns, height: rows, channels: 1 } as const;
  const options = { quality: 82, optimiseCoding: false };
  return Uint8Array.from(await sharp(grey, { raw }).toColourspace('b-w').jpeg(options).toBuffer());
}
