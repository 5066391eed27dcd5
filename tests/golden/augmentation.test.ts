import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { adjustBrightnessContrast } from '../../src-shared/imaging/augmentation/adjustBrightnessContrast.ts';
import { blur } from '../../src-shared/imaging/augmentation/blur.ts';
import { jpegArtefacts } from '../../src-shared/imaging/augmentation/jpegArtefacts.ts';
import { warp, type Warp } from '../../src-shared/imaging/augmentation/warp.ts';
import { clahe, type ClaheParameters } from '../../src-shared/imaging/clahe.ts';
import type { GreyPicture } from '../../src-shared/imaging/GreyPicture.ts';
import type { PictureSize } from '../../src-shared/imaging/resize.ts';

interface Values {
  values: number[];
}

/** Numbers of OpenCV, albumentations and scipy; the file says how they were made. */
interface Golden {
  clahe: (ClaheParameters & PictureSize & Values)[];
  brightnessContrast: ({ brightness: number; contrast: number } & Values)[];
  warp: (Warp & Values)[];
  blur: { sigma: number } & Values;
  jpeg: ({ quality: number } & PictureSize & Values)[];
}

const golden = JSON.parse(readFileSync(new URL('augmentation.json', import.meta.url), 'utf8')) as Golden;

function drawn(rows: number, columns: number, grey: (y: number, x: number) => number): GreyPicture {
  const values = Float32Array.from({ length: rows * columns }, (_, i) =>
    grey(Math.floor(i / columns), i % columns),
  );
  return { rows, columns, values };
}

function smooth(rows: number, columns: number): GreyPicture {
  return drawn(rows, columns, (y, x) => {
    const isInDisc = (x - columns / 2) ** 2 + (y - rows / 2) ** 2 < (rows / 3) ** 2;
    return Math.floor(((x * 7 + y * 3) % 61) * 1.5 + ((x * y) % 17) * 4 + (isInDisc ? 60 : 0));
  });
}

/** The largest and the mean distance to the expected values. */
function distance(picture: GreyPicture, expected: readonly number[]): { largest: number; mean: number } {
  const distances = expected.map((value, i) => Math.abs(picture.values[i]! - value));
  return {
    largest: Math.max(...distances),
    mean: distances.reduce((sum, value) => sum + value, 0) / distances.length,
  };
}

test.each(golden.clahe)(
  'CLAHE of $rows × $columns, $tiles tiles, limit $clipLimit is OpenCV’s but for its rounding',
  ({ rows, columns, values, ...parameters }) => {
    expect(distance(clahe(smooth(rows, columns), parameters), values).largest).toBeLessThanOrEqual(0.5001);
  },
);

test.each(golden.brightnessContrast)(
  'brightness $brightness and contrast $contrast are albumentations’ but for its truncation',
  ({ values, ...parameters }) => {
    const speckle = drawn(4, 6, (y, x) => (37 * (y * 6 + x) + 11 * y * x) % 256);
    expect(distance(adjustBrightnessContrast(speckle, parameters), values).largest).toBeLessThan(1);
  },
);

test.each(golden.warp)('a turn by $angleDegrees° is scipy’s and OpenCV’s', ({ values, ...parameters }) => {
  expect(distance(warp(smooth(9, 11), parameters), values).largest).toBeLessThan(2e-3);
});

test('the blur is OpenCV’s', () => {
  const { sigma, values } = golden.blur;
  expect(distance(blur(smooth(9, 11), sigma), values).largest).toBeLessThan(1e-3);
});

test.each(golden.jpeg)(
  'quality $quality leaves what libjpeg leaves, but for its integer cosines and its rounding',
  ({ rows, columns, quality, values }) => {
    const { largest, mean } = distance(jpegArtefacts(smooth(rows, columns), quality), values);
    expect(mean).toBeLessThan(0.5);
    expect(largest).toBeLessThan(2);
  },
);
