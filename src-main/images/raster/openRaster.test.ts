import { existsSync, readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Samples } from '../../../src-shared/domain/slice.ts';
import { writeTiff } from '../../../tests/fixtures/images/writeTiff.ts';
import { openImageFile } from '../openImageFile.ts';

const [rows, columns] = [30, 41];
const grey8 = Uint8Array.from({ length: rows * columns }, (_, i) => (i * 7) % 256);
const grey16 = Uint16Array.from({ length: rows * columns }, (_, i) => (i * 53) % 65536);
const colour8 = Uint8Array.from({ length: 3 * rows * columns }, (_, i) => (i * i + 11 * i) % 256);
const average = (values: ArrayLike<number>, channels = 3): number[] =>
  Array.from({ length: values.length / channels }, (_, i) => {
    const at = i * channels;
    return Math.round((values[at]! + values[at + 1]! + values[at + 2]!) / 3);
  });

/** A picture of raw samples; grey ones stay grey in the file. */
function picture(
  samples: Uint8Array | Uint16Array,
  channels: 1 | 2 | 3 | 4,
  space = channels < 3 ? 'b-w' : 'srgb',
) {
  const size = { width: columns, height: rows, channels };
  return sharp(samples, { raw: size }).toColourspace(
    samples instanceof Uint16Array ? space.replace('b-w', 'grey16').replace('srgb', 'rgb16') : space,
  );
}

async function bytesOf(image: Sharp): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(await image.toBuffer());
}

async function samplesOf(bytes: Uint8Array<ArrayBuffer>, fileName: string): Promise<Samples> {
  const image = await openImageFile(bytes, fileName);
  expect(image.slices[0]).toMatchObject({ fileName, frame: null });
  return (await image.readSlice(0)).samples;
}

describe('lossless pictures keep their values', () => {
  it('8-bit grey', async () => {
    expect(await samplesOf(await bytesOf(picture(grey8, 1).png()), 'a.png')).toEqual(grey8);
    expect(await samplesOf(await bytesOf(picture(grey8, 1).tiff({ compression: 'lzw' })), 'a.tif')).toEqual(
      grey8,
    );
    expect(await samplesOf(await bytesOf(picture(grey8, 1).webp({ lossless: true })), 'a.webp')).toEqual(
      grey8,
    );
  });

  it('16-bit grey', async () => {
    const bytes = await bytesOf(picture(grey16, 1).png());
    expect(await samplesOf(bytes, 'a.png')).toEqual(grey16);
    expect((await openImageFile(bytes, 'a.png')).slices[0]).toMatchObject({ bitsStored: 16, rows, columns });
    expect(await samplesOf(writeTiff([{ rows, columns, samples: grey16 }]), 'a.tif')).toEqual(grey16);
  });

  it('colour, averaged', async () => {
    const bytes = await bytesOf(picture(colour8, 3).png());
    expect([...(await samplesOf(bytes, 'a.png'))]).toEqual(average(colour8));
    const colour16 = Uint16Array.from(colour8, (value) => value * 257);
    const deep = await bytesOf(picture(colour16, 3).png());
    expect([...(await samplesOf(deep, 'a.png'))]).toEqual(average(colour16));
  });

  it('a palette', async () => {
    const few = Uint8Array.from({ length: 3 * rows * columns }, (_, i) => [0, 90, 255][(i * 5) % 3]!);
    const bytes = await bytesOf(picture(few, 3).png({ palette: true, dither: 0 }));
    expect([...(await samplesOf(bytes, 'a.png'))]).toEqual(average(few));
  });

  it('alpha is dropped, not blended', async () => {
    const rgba = Uint8Array.from({ length: 4 * rows * columns }, (_, i) =>
      i % 4 === 3 ? (i * 3) % 256 : (i * 9) % 256,
    );
    expect([...(await samplesOf(await bytesOf(picture(rgba, 4).png()), 'a.png'))]).toEqual(average(rgba, 4));
    const greyAlpha = Uint8Array.from({ length: 2 * rows * columns }, (_, i) => (i % 2 ? 10 : (i * 3) % 256));
    const expected = greyAlpha.filter((_, i) => i % 2 === 0);
    expect(await samplesOf(await bytesOf(picture(greyAlpha, 2).png()), 'a.png')).toEqual(expected);
  });

  it('single-precision TIFF, below 0 and above 1', async () => {
    const samples = Float32Array.from({ length: rows * columns }, (_, i) => i * 1.5 - 700);
    expect(await samplesOf(writeTiff([{ rows, columns, samples }]), 'a.tif')).toEqual(samples);
  });
});

describe('JPEG', () => {
  it('is decoded as by sharp alone, colour averaged', async () => {
    const bytes = await bytesOf(picture(colour8, 3).jpeg({ quality: 90 }));
    const bare = await sharp(bytes).raw().toBuffer();
    expect([...(await samplesOf(bytes, 'a.jpg'))]).toEqual(average(bare));
    const progressive = await bytesOf(
      picture(colour8, 3).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
    );
    expect([...(await samplesOf(progressive, 'a.jpg'))]).toEqual(
      average(await sharp(progressive).raw().toBuffer()),
    );
  });

  it('of one component stays one component', async () => {
    const samples = await samplesOf(await bytesOf(picture(grey8, 1).jpeg({ quality: 100 })), 'a.jpeg');
    const largest = Math.max(...samples.map((value, i) => Math.abs(value - grey8[i]!)));
    expect(largest).toBeLessThanOrEqual(3);
  });

  it('is turned upright by its EXIF orientation', async () => {
    const [width, height] = [16, 8];
    const halves = Uint8Array.from({ length: width * height }, (_, i) => (i % width < 8 ? 255 : 0));
    const bytes = await bytesOf(
      sharp(halves, { raw: { width, height, channels: 1 } })
        .jpeg({ quality: 100 })
        .withMetadata({ orientation: 6 }),
    );
    const image = await openImageFile(bytes, 'turned.jpg');
    expect(image.slices[0]).toMatchObject({ rows: 16, columns: 8 });
    const { samples } = await image.readSlice(0);
    // Orientation 6: the stored left is shown on top.
    expect(samples[0]).toBeGreaterThan(250);
    expect(samples[samples.length - 1]).toBeLessThan(5);
  });

  it('frees no more than it holds: samples fill their own buffer', async () => {
    for (const image of [picture(colour8, 3).jpeg(), picture(grey8, 1).png(), picture(grey16, 1).png()]) {
      const samples = await samplesOf(await bytesOf(image), 'a.xyz');
      expect(samples.buffer.byteLength).toBe(samples.byteLength);
    }
  });
});

describe('a TIFF of several pages', () => {
  it('gives a frame for each, of its own size and depth', async () => {
    const small = Uint8Array.from({ length: 6 }, (_, i) => i * 40);
    const pages = [
      { rows, columns, samples: grey16 },
      { rows: 2, columns: 3, samples: small },
      { rows, columns, samples: grey8 },
    ];
    const image = await openImageFile(writeTiff(pages), 'stack.tiff');
    expect(
      image.slices.map(({ frame, rows, columns, bitsStored }) => [frame, rows, columns, bitsStored]),
    ).toEqual([
      [0, 30, 41, 16],
      [1, 2, 3, 8],
      [2, 30, 41, 8],
    ]);
    for (const [index, { samples }] of pages.entries())
      expect((await image.readSlice(index)).samples).toEqual(samples);
  });
});

/** A PNG that claims a size and holds next to nothing. */
function pngClaiming(width: number, height: number): Uint8Array<ArrayBuffer> {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    checksum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, checksum]);
  };
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const chunks = [
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(new Uint8Array(64))),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Uint8Array.from(Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks]));
}

describe('bad pictures', async () => {
  const text = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  const jpeg = await bytesOf(picture(colour8, 3).jpeg());
  const png = await bytesOf(picture(grey8, 1).png());
  const webp = await bytesOf(picture(grey8, 1).webp());
  const tiff = writeTiff([{ rows, columns, samples: grey16 }]);
  const oneByOne = sharp(Uint8Array.of(7), { raw: { width: 1, height: 1, channels: 1 } });
  const cases: [string, string, Uint8Array<ArrayBuffer>, string][] = [
    ['zero bytes', 'a.png', new Uint8Array(), 'file-empty'],
    ['text named as a PNG', 'a.png', text, 'image-damaged'],
    ['text named as a JPEG', 'a.jpg', text, 'image-damaged'],
    ['text', 'notes.txt', text, 'unknown-format'],
    ['a JPEG cut in half', 'a.jpg', jpeg.slice(0, jpeg.length / 2), 'file-truncated'],
    ['a JPEG without its last two bytes', 'a.jpg', jpeg.slice(0, -2), 'file-truncated'],
    ['a JPEG of ten bytes', 'a.jpg', jpeg.slice(0, 10), 'file-truncated'],
    ['a PNG cut in half', 'a.png', png.slice(0, png.length / 2), 'file-truncated'],
    ['a WebP cut in half', 'a.webp', webp.slice(0, webp.length / 2), 'file-truncated'],
    ['a TIFF cut in half', 'a.tif', tiff.slice(0, tiff.length / 2), 'image-damaged'],
    ['a PNG that claims 20,000 × 20,000', 'a.png', pngClaiming(20_000, 20_000), 'image-too-large'],
    ['a PNG that claims 8,000 × 8,000', 'a.png', pngClaiming(8000, 8000), 'image-damaged'],
    ['a PNG of one pixel', 'a.png', await bytesOf(oneByOne.clone().png()), 'image-too-small'],
    ['a JPEG of one pixel', 'a.jpg', await bytesOf(oneByOne.clone().jpeg()), 'image-too-small'],
    [
      'a TIFF of signed numbers',
      'a.tif',
      writeTiff([{ rows: 2, columns: 2, samples: new Int16Array(4) }]),
      'image-unsupported',
    ],
  ];

  it.each(cases)('%s', async (_, fileName, bytes, code) => {
    const read = openImageFile(bytes, fileName).then((image) => image.readSlice(0));
    await expect(read).rejects.toMatchObject({ name: 'UserError', code, detail: { file: fileName } });
  });

  it('reads a size of 65,535 × 65,535 from a JPEG header and refuses it', async () => {
    const bytes = jpeg.slice();
    const frame = Buffer.from(bytes.buffer).indexOf('ffc0', 0, 'hex');
    bytes.fill(0xff, frame + 5, frame + 9);
    await expect(openImageFile(bytes, 'a.jpg')).rejects.toMatchObject({
      code: 'image-too-large',
      detail: { rows: 65_535, columns: 65_535 },
    });
  });

  it('answers every altered byte of a small file with a picture or a typed error', async () => {
    for (const bytes of [jpeg.slice(0, 400), png.slice(0, 200), tiff.slice(0, 140), webp.slice(0, 100)]) {
      for (let at = 8; at < bytes.length; at += 3) {
        const altered = bytes.slice();
        altered[at]! ^= 0x55;
        try {
          await (await openImageFile(altered, 'x.png')).readSlice(0);
        } catch (error) {
          expect(error).toMatchObject({ name: 'UserError' });
        }
      }
    }
  });
});

const imageSet = '../shared/data/brain-tumor-mri/Training/glioma_tumor/gg (1).jpg';

describe.skipIf(!existsSync(imageSet))('a slice of the published image set (needs ../shared)', () => {
  it('keeps the values of a grey picture that was stored as colour', async () => {
    const bytes = Uint8Array.from(readFileSync(imageSet));
    const bare = await sharp(bytes).raw().toBuffer();
    const samples = await samplesOf(bytes, 'gg (1).jpg');
    expect(samples).toHaveLength(bare.length / 3);
    expect(
      samples.every(
        (value, i) => value === Math.round((bare[3 * i]! + bare[3 * i + 1]! + bare[3 * i + 2]!) / 3),
      ),
    ).toBe(true);
  });
});
