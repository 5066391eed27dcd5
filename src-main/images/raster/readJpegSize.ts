/** What a JPEG's frame header says. */
export interface JpegSize {
  rows: number;
  columns: number;
  /** Colour components: 1 grey, 3 colour, 4 print colours. */
  components: number;
}

const startOfScan = 0xda;
const applicationSegment1 = 0xe1;

/**
 * Reads the size of an upright JPEG from its frame header (ITU-T T.81, B.2.2) without decoding anything. This
 * takes microseconds where asking the decoder takes a tenth of the time of decoding.
 *
 * @returns null where the decoder must be asked: an EXIF or XMP segment may turn the picture, or the header
 *   is not as it should be
 */
export function readJpegSize(bytes: Uint8Array): JpegSize | null {
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!;
    if (marker === applicationSegment1 || marker === startOfScan) return null;
    if (isFrameHeader(marker)) {
      return { rows: uint16(bytes, at + 5), columns: uint16(bytes, at + 7), components: bytes[at + 9]! };
    }
    at += 2 + uint16(bytes, at + 2);
  }
  return null;
}

/** SOF0…SOF15, without the tables (DHT, DAC) and the reserved marker (JPG) that lie among them. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
