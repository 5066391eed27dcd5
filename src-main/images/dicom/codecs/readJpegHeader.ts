import { UserError } from '../../../../src-shared/errors.ts';
import type { PixelFormat } from '../readPixelFormat.ts';

/** What a compressed stream says about itself. */
export interface StreamHeader {
  rows: number;
  columns: number;
  components: number;
  bitsPerSample: number;
}

/** The frame header of a JPEG stream, with what tells its colour space. */
export interface JpegHeader extends StreamHeader {
  /** It says by a JFIF or Adobe segment whether its colours are YCbCr. */
  namesColourSpace: boolean;
}

const maximumTiles = 4096;
const [soi, sos, app0, app14, dht, jpg, dac] = [0xffd8, 0xffda, 0xffe0, 0xffee, 0xffc4, 0xffc8, 0xffcc];

/** True for SOF0…15 and JPEG-LS's SOF55, which share one layout. */
function isFrameHeader(marker: number): boolean {
  const isSof = marker >= 0xffc0 && marker <= 0xffcf && marker !== dht && marker !== jpg && marker !== dac;
  return isSof || marker === 0xfff7;
}

/**
 * Reads the frame header of a JPEG or JPEG-LS stream (ITU-T T.81 B.2.2, T.87 C.2.2), so that its size is known before a
 * decoder allocates for it.
 *
 * @throws UserError 'image-damaged' where there is none
 */
export function readJpegHeader(stream: Uint8Array): JpegHeader {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  let namesColourSpace = false;
  let at = view.byteLength >= 2 && view.getUint16(0) === soi ? 2 : view.byteLength;
  while (at + 10 <= view.byteLength) {
    const marker = view.getUint16(at);
    if (marker === 0xffff) {
      at += 1; // fill byte
      continue;
    }
    if (marker < 0xff00 || marker === sos) break;
    if (isFrameHeader(marker)) {
      return {
        bitsPerSample: view.getUint8(at + 4),
        rows: view.getUint16(at + 5),
        columns: view.getUint16(at + 7),
        components: view.getUint8(at + 9),
        namesColourSpace,
      };
    }
    namesColourSpace ||= marker === app0 || marker === app14;
    at += 2 + view.getUint16(at + 2);
  }
  throw new UserError('image-damaged', { reason: 'It has no JPEG frame header.' });
}

/**
 * Reads the image and tile size marker (SIZ) of a JPEG 2000 codestream (ITU-T T.800 A.5.1), also of HTJ2K. What DICOM
 * pictures never have, subsampled components or thousands of tiles, is refused: a damaged marker that claims such sends
 * decoders into loops of minutes.
 *
 * @throws UserError 'image-damaged' where there is none or it makes no sense
 */
export function readJpeg2000Header(stream: Uint8Array): StreamHeader {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  const startOfCodestreamAndSize = 0xff4fff51;
  const componentsAt = 42;
  if (view.byteLength < componentsAt + 3 || view.getUint32(0) !== startOfCodestreamAndSize) {
    throw new UserError('image-damaged', { reason: 'It has no JPEG 2000 header.' });
  }
  const [right = 0, bottom = 0, left = 0, top = 0, tileWidth = 0, tileHeight = 0, tileLeft = 0, tileTop = 0] =
    Array.from({ length: 8 }, (_, i) => view.getUint32(8 + 4 * i));
  const components = view.getUint16(componentsAt - 2);
  const isSubsampled = Array.from({ length: Math.min(components, 3) }, (_, i) => componentsAt + 3 * i).some(
    (at) => at + 3 > view.byteLength || view.getUint16(at + 1) !== 0x0101,
  );
  const tiles = Math.ceil((right - tileLeft) / tileWidth) * Math.ceil((bottom - tileTop) / tileHeight);
  if (isSubsampled || tileLeft > left || tileTop > top || !(tiles >= 1 && tiles <= maximumTiles)) {
    throw new UserError('image-damaged', { reason: 'Its JPEG 2000 header makes no sense.' });
  }
  return {
    columns: right - left,
    rows: bottom - top,
    components,
    bitsPerSample: (view.getUint8(componentsAt) & 0x7f) + 1,
  };
}

/**
 * Compares a stream with the header that it came with.
 *
 * @throws UserError 'image-damaged' where they disagree
 */
export function checkStreamHeader(stream: StreamHeader, format: PixelFormat): void {
  const isSame =
    stream.rows === format.rows &&
    stream.columns === format.columns &&
    stream.components === format.samplesPerPixel &&
    stream.bitsPerSample <= format.bitsAllocated;
  if (isSame) return;
  throw new UserError('image-damaged', {
    reason: `Its pixels are ${stream.columns} × ${stream.rows}, its header says ${format.columns} × ${format.rows}.`,
  });
}
