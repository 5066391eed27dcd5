import type { RasterFormat } from './RasterFormat.ts';

/**
 * Why a picture could not be decoded: true when the end that its format prescribes is missing, so that the
 * copy is incomplete rather than damaged. Asked only after decoding failed.
 */
export function looksTruncated(bytes: Uint8Array, format: RasterFormat): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tail = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(-1024);
  switch (format) {
    case 'jpeg': // EOI
      return !tail.includes('ffd9', 0, 'hex');
    case 'png':
      return !tail.includes('IEND');
    case 'webp': // the size in the RIFF header
      return bytes.length < 12 || view.getUint32(4, true) + 8 > bytes.length;
    case 'tiff': // the place of the first directory, which many writers put last
      return bytes.length < 8 || view.getUint32(4, bytes[0] === 0x49) >= bytes.length;
  }
}
