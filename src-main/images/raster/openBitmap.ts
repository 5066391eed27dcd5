import { type Slice, type SliceHeader, plainPicture } from '../../../src-shared/domain/slice.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { checkPictureSize } from '../checkPictureSize.ts';
import type { ImageFile } from '../ImageFile.ts';

const fileHeaderBytes = 14;

/** BITMAPINFOHEADER; later versions are longer and begin like it. */
const shortestHeader = 40;

/** BI_BITFIELDS, and BI_ALPHABITFIELDS: colour masks tell the channels. */
const masked = [3, 6];

interface Bitmap {
  rows: number;
  columns: number;
  bitsPerPixel: 1 | 4 | 8 | 24 | 32;
  isTopDown: boolean;
  /** Grey of each palette entry; as many as the bits can name. */
  palette: Uint8Array;
  pixelStart: number;
  rowBytes: number;
}

/**
 * Opens an uncompressed Windows bitmap of 1, 4, 8, 24 or 32 bits per pixel, with palettes and of either row
 * order. Colour is averaged to grey as in `averageColour`, a fourth channel is dropped. Layout after
 * Microsoft's BITMAPFILEHEADER and BITMAPINFOHEADER.
 *
 * @throws UserError 'image-damaged', 'file-truncated', 'image-too-small', 'image-too-large', 'image-unsupported'
 */
export function openBitmap(bytes: Uint8Array<ArrayBuffer>, fileName: string): ImageFile {
  const bitmap = readBitmap(bytes, fileName);
  const { rows, columns } = bitmap;
  const header: SliceHeader = {
    ...plainPicture,
    fileName,
    format: 'bmp',
    rows,
    columns,
  };
  return {
    slices: [header],
    readSlice: (): Promise<Slice> => Promise.resolve({ ...header, samples: decodeGrey(bytes, bitmap) }),
  };
}

function readBitmap(bytes: Uint8Array, fileName: string): Bitmap {
  if (bytes.length < fileHeaderBytes + shortestHeader)
    throw new UserError('file-truncated', { file: fileName });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerSize = view.getUint32(14, true);
  if (headerSize < shortestHeader) throw unsupported(fileName, 'It is an OS/2 bitmap');
  const [columns, height] = [view.getInt32(18, true), view.getInt32(22, true)];
  const rows = Math.abs(height);
  checkPictureSize(rows, columns, fileName);

  const bitsPerPixel = view.getUint16(28, true);
  if (!isReadable(bitsPerPixel)) throw unsupported(fileName, `It has ${bitsPerPixel} bits per pixel`);
  checkCoding(view, bitsPerPixel, fileName);
  const pixelStart = view.getUint32(10, true);
  const rowBytes = Math.ceil((columns * bitsPerPixel) / 32) * 4;
  if (pixelStart + rows * rowBytes > bytes.length) throw new UserError('file-truncated', { file: fileName });
  const palette =
    bitsPerPixel <= 8 ? readPalette(view, fileHeaderBytes + headerSize, bitsPerPixel) : new Uint8Array();
  return { rows, columns, bitsPerPixel, isTopDown: height < 0, palette, pixelStart, rowBytes };
}

function isReadable(bits: number): bits is Bitmap['bitsPerPixel'] {
  return [1, 4, 8, 24, 32].includes(bits);
}

/** Lets through plain pixels, and masks that say what is usual anyway: blue, green, red from the lowest byte. */
function checkCoding(view: DataView, bitsPerPixel: number, fileName: string): void {
  const compression = view.getUint32(30, true);
  if (compression === 0) return;
  if (!masked.includes(compression)) throw unsupported(fileName, 'It is a compressed bitmap');
  const firstMask = fileHeaderBytes + shortestHeader;
  const isUsual = [0xff0000, 0xff00, 0xff].every(
    (mask, i) => firstMask + 4 * i + 4 <= view.byteLength && view.getUint32(firstMask + 4 * i, true) === mask,
  );
  if (bitsPerPixel !== 32 || !isUsual) throw unsupported(fileName, 'Its colours lie in an unusual order');
}

/** Entries that the file leaves out are black. */
function readPalette(view: DataView, start: number, bitsPerPixel: number): Uint8Array {
  const palette = new Uint8Array(1 << bitsPerPixel);
  const used = Math.min(view.getUint32(46, true) || palette.length, palette.length);
  for (let i = 0; i < used && start + 4 * i + 3 < view.byteLength; i++) {
    palette[i] = averageAt((at) => view.getUint8(at), start + 4 * i);
  }
  return palette;
}

/** Blue, green and red lie in three bytes. */
function averageAt(byteAt: (at: number) => number, at: number): number {
  return ((byteAt(at) + byteAt(at + 1) + byteAt(at + 2) + 1) / 3) | 0;
}

function decodeGrey(bytes: Uint8Array, bitmap: Bitmap): Uint8Array<ArrayBuffer> {
  const { rows, columns, bitsPerPixel, palette, pixelStart, rowBytes, isTopDown } = bitmap;
  const grey = new Uint8Array(rows * columns);
  const byteAt = (at: number): number => bytes[at]!;
  for (let row = 0, to = 0; row < rows; row++) {
    const start = pixelStart + (isTopDown ? row : rows - 1 - row) * rowBytes;
    for (let column = 0; column < columns; column++) {
      const bit = column * bitsPerPixel;
      const at = start + (bit >> 3);
      if (bitsPerPixel > 8) grey[to++] = averageAt(byteAt, at);
      // The leftmost pixel of a byte lies in its highest bits.
      else grey[to++] = palette[(bytes[at]! >> (8 - bitsPerPixel - (bit & 7))) & (palette.length - 1)]!;
    }
  }
  return grey;
}

function unsupported(fileName: string, reason: string): UserError {
  return new UserError('image-unsupported', { file: fileName, reason });
}
