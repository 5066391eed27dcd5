import { describe, expect, test } from 'vitest';
import { readJpeg2000Header, readJpegHeader } from './readJpegHeader.ts';

/** SOC and SIZ of a picture of 33×17 with 16 bits. */
function sizeMarker(changes: Record<number, number> = {}): Uint8Array {
  const hex = 'ff4fff5100294000000000210000001100000000000000000000002100000011000000000000000000010f0101';
  const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
  for (const [at, value] of Object.entries(changes)) bytes[Number(at)] = value;
  return bytes;
}

describe('JPEG 2000', () => {
  test('size, components and depth', () => {
    expect(readJpeg2000Header(sizeMarker())).toEqual({
      columns: 33,
      rows: 17,
      components: 1,
      bitsPerSample: 16,
    });
  });

  // The first of these kept the HTJ2K decoder busy for minutes.
  test.each([
    ['subsampled rows', { 44: 162 }],
    ['no tile width', { 27: 0 }],
    ['tiles beyond the picture', { 32: 1 }],
    ['a million tiles', { 8: 1, 27: 1 }],
    ['no marker', { 3: 0x52 }],
  ])('%s is refused', (_, changes) => {
    expect(() => readJpeg2000Header(sizeMarker(changes))).toThrow('image-damaged');
  });
});

describe('JPEG', () => {
  const stream = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

  test('the frame header behind other segments and fill bytes', () => {
    const header = readJpegHeader(
      stream('ffd8 ffe00004 0000 ffffc4 0004 0000 ffc1 000b 0c 0011 0021 01 011100'),
    );
    expect(header).toEqual({
      rows: 17,
      columns: 33,
      components: 1,
      bitsPerSample: 12,
      namesColourSpace: true,
    });
  });

  test.each([
    '',
    'ffd8',
    'ffd8 ffda 0008 0000 0000 0000',
    'ffd8 ffe0 ffff 0000 0000 0000',
    'ffd8 1234 5678 9abc def0 1234',
  ])('%s has none', (hex) => {
    expect(() => readJpegHeader(stream(hex))).toThrow('image-damaged');
  });
});
