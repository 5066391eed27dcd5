import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { hashContent } from './hashContent.ts';
import { hashPixels } from './hashPixels.ts';
import { openImageFile } from './openImageFile.ts';

describe('hashContent', () => {
  it('is SHA-256', () => {
    expect(hashContent(new TextEncoder().encode('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});

describe('hashPixels', () => {
  const grey = Uint8Array.from({ length: 12 }, (_, i) => i * 20);
  const slice = { rows: 3, columns: 4, samples: grey };

  it('is the same for one picture in two lossless files', async () => {
    const raw = sharp(grey, { raw: { width: 4, height: 3, channels: 1 } }).toColourspace('b-w');
    const hashes = [];
    for (const bytes of [
      await raw.clone().png().toBuffer(),
      await raw.clone().tiff({ compression: 'lzw' }).toBuffer(),
    ]) {
      const image = await openImageFile(Uint8Array.from(bytes), 'a');
      hashes.push(hashPixels(await image.readSlice(0)));
    }
    expect(hashes).toEqual([hashPixels(slice), hashPixels(slice)]);
  });

  it('tells apart values, shapes and number types', () => {
    const hashes = [
      hashPixels(slice),
      hashPixels({ ...slice, samples: grey.with(5, 0) }),
      hashPixels({ ...slice, rows: 4, columns: 3 }),
      hashPixels({ rows: 3, columns: 2, samples: new Uint16Array(grey.buffer) }),
      hashPixels({ rows: 3, columns: 2, samples: new Int16Array(grey.buffer) }),
    ];
    expect(new Set(hashes).size).toBe(5);
  });
});
