import sharp from 'sharp';

/** An 8-bit grey picture, [row][column], as a small JPEG file for looking at. */
export async function encodeJpeg(
  grey: Uint8ClampedArray<ArrayBuffer>,
  { rows, columns }: { rows: number; columns: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const raw = { width: columns, height: rows, channels: 1 } as const;
  return Uint8Array.from(await sharp(grey, { raw }).jpeg({ quality: 82 }).toBuffer());
}
