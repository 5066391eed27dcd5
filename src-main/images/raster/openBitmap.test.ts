import { describe, expect, it } from 'vitest';
import { writeBitmap, type BitmapFields } from '../../../tests/fixtures/images/writeBitmap.ts';
import { openImageFile } from '../openImageFile.ts';

/** A palette whose grey is not its index: blue, green, red of three different sizes. */
const palette = (colours: number) =>
  Array.from({ length: colours }, (_, i) => [(i * 3) % 256, (i * 7) % 256, (i * 11) % 256, 0]);
const greyOf = (index: number): number => {
  const [blue, green, red] = [(index * 3) % 256, (index * 7) % 256, (index * 11) % 256];
  return Math.round((blue + green + red) / 3);
};

async function read(fields: BitmapFields): Promise<number[]> {
  const image = await openImageFile(writeBitmap(fields), 'a.bmp');
  expect(image.slices).toMatchObject([
    { rows: fields.rows, columns: fields.columns, format: 'bmp', bitsStored: 8 },
  ]);
  return [...(await image.readSlice(0)).samples];
}

describe('bitmaps', () => {
  const two = { rows: 2, columns: 3 };

  it('of 24 bits, lowest row first', async () => {
    const pixels = [
      [3, 6, 9, 30, 60, 90, 255, 255, 255],
      [0, 0, 0, 1, 1, 2, 0, 0, 1],
    ];
    expect(await read({ ...two, bitsPerPixel: 24, pixels })).toEqual([0, 1, 0, 6, 60, 255]);
    expect(await read({ ...two, bitsPerPixel: 24, pixels, isTopDown: true })).toEqual([6, 60, 255, 0, 1, 0]);
  });

  it('of 32 bits, without the fourth', async () => {
    const pixels = [[9, 9, 9, 255, 30, 60, 90, 0, 1, 2, 3, 7], new Array<number>(12).fill(0)];
    expect(await read({ ...two, bitsPerPixel: 32, pixels, isTopDown: true })).toEqual([9, 60, 2, 0, 0, 0]);
  });

  it.each([0, 6])('of 8 bits, through the palette, with a gap of %i bytes before the pixels', async (gap) => {
    const pixels = [
      [1, 100, 255],
      [0, 20, 37],
    ];
    const expected = [0, 20, 37, 1, 100, 255].map(greyOf);
    expect(await read({ ...two, bitsPerPixel: 8, palette: palette(256), gap, pixels })).toEqual(expected);
  });

  it('of 4 bits and of 1 bit', async () => {
    const nibbles = [
      [0x12, 0x30],
      [0xfe, 0xd0],
    ];
    const four = { ...two, bitsPerPixel: 4 as const, palette: palette(16), pixels: nibbles };
    expect(await read(four)).toEqual([15, 14, 13, 1, 2, 3].map(greyOf));
    const bits = {
      rows: 2,
      columns: 10,
      bitsPerPixel: 1 as const,
      pixels: [
        [0b10000000, 0b01000000],
        [0, 0],
      ],
    };
    const white = [
      [0, 0, 0, 0],
      [255, 255, 255, 0],
    ];
    const expected = [...new Array<number>(10).fill(0), 255, 0, 0, 0, 0, 0, 0, 0, 0, 255];
    expect(await read({ ...bits, palette: white })).toEqual(expected);
  });

  const plain = {
    ...two,
    bitsPerPixel: 24 as const,
    pixels: [new Array<number>(9).fill(1), new Array<number>(9).fill(1)],
  };
  const negativeWidth = writeBitmap(plain);
  new DataView(negativeWidth.buffer).setInt32(18, -3, true);
  const cases: [string, Uint8Array<ArrayBuffer>, string][] = [
    ['20,000 × 20,000', writeBitmap({ ...plain, rows: 20_000, columns: 20_000 }), 'image-too-large'],
    [
      '8,000 × 8,000 of which nothing is there',
      writeBitmap({ ...plain, rows: 8000, columns: 8000 }),
      'file-truncated',
    ],
    ['one pixel', writeBitmap({ ...plain, rows: 1, columns: 1, pixels: [[1, 1, 1]] }), 'image-too-small'],
    ['a negative width', negativeWidth, 'image-too-small'],
    ['the last byte missing', writeBitmap(plain).slice(0, -1), 'file-truncated'],
    ['only a header', writeBitmap(plain).slice(0, 40), 'file-truncated'],
    ['run-length coding', writeBitmap({ ...plain, compression: 1 }), 'image-unsupported'],
    ['zero bytes', new Uint8Array(), 'file-empty'],
    [
      'text',
      new TextEncoder().encode('BMP is a file format of long ago, and this is none.'),
      'image-damaged',
    ],
  ];
  it.each(cases)('%s is refused', async (_, bytes, code) => {
    const read = openImageFile(bytes, 'bad.bmp').then((image) => image.readSlice(0));
    await expect(read).rejects.toMatchObject({ code, detail: { file: 'bad.bmp' } });
  });
});
