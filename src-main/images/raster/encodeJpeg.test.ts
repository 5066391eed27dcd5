import { expect, test } from 'vitest';
import { resize } from '../../../src-shared/imaging/resize.ts';
import { openImageFile } from '../openImageFile.ts';
import { encodeJpeg } from './encodeJpeg.ts';

/** Waves about as fine as a head's structures, on a slope. */
function waves(rows: number, columns: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: rows * columns }, (_, i) => {
    const [y, x] = [Math.floor(i / columns) / rows, (i % columns) / columns];
    return 40 + 120 * x + 40 * Math.sin(30 * y) * Math.cos(25 * x);
  });
}

test.each([
  ['smaller', { rows: 301, columns: 480 }, { rows: 100, columns: 160 }, 1.5],
  ['as it is', { rows: 100, columns: 70 }, { rows: 100, columns: 70 }, 1.5],
  // Its library puts what it enlarges half a pixel further.
  ['larger', { rows: 40, columns: 32 }, { rows: 160, columns: 128 }, 3],
])('writes a picture %s, as our own resizing would show it', async (_, size, to, most) => {
  const grey = waves(size.rows, size.columns);
  const jpeg = await encodeJpeg(grey, size, to);
  const slice = await (await openImageFile(jpeg, 'a.jpg')).readSlice(0);
  expect(slice).toMatchObject(to);
  const expected = resize(grey, size, to);
  const apart = expected.map((value, i) => Math.abs(value - slice.samples[i]!));
  expect(apart.reduce((sum, value) => sum + value, 0) / apart.length).toBeLessThan(most);
});
