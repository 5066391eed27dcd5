import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { colourPicture, picture } from '../../../tests/fixtures/dicom/pictures.ts';
import { readFixture } from '../../../tests/fixtures/dicom/readFixture.ts';
import type { Samples, Slice } from '../../../src-shared/domain/slice.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { openDicom } from './openDicom.ts';

const fixtureNames = readdirSync(new URL('../../../tests/fixtures/dicom/', import.meta.url))
  .filter((name) => name.endsWith('.dcm'))
  .map((name) => name.replace(/\.dcm$/, ''));

function open(name: string) {
  return openDicom(readFixture(`${name}.dcm`), `${name}.dcm`);
}

function read(name: string, index = 0): Promise<Slice> {
  return open(name).readSlice(index);
}

function named(start: string, ends: readonly string[]): string[] {
  return fixtureNames.filter((name) => ends.some((end) => name === start + end));
}

function averages(rgb: ArrayLike<number>): number[] {
  return Array.from({ length: rgb.length / 3 }, (_, i) =>
    Math.round(((rgb[3 * i] ?? 0) + (rgb[3 * i + 1] ?? 0) + (rgb[3 * i + 2] ?? 0)) / 3),
  );
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b[i] ?? NaN))), 0);
}

/** Samples as the encoder's own decoder saw them, in the same kind of array. */
function expectedSamples(name: string, like: Samples): Samples {
  const { buffer } = readFixture(`${name}.expected`);
  if (like instanceof Uint8Array) return new Uint8Array(buffer);
  // Raw dumps are padded to an even length, which two-byte samples always have.
  return like instanceof Int16Array ? new Int16Array(buffer) : new Uint16Array(buffer);
}

const losslessSyntaxes = [
  '', '-implicit', '-big-endian', '-deflated', '-rle', '-jpeg-lossless', '-jpeg-lossless-sv1', '-jpeg-ls',
  '-jpeg-2000', '-htj2k', '-htj2k-rpcl', '-no-preamble-implicit', '-no-preamble-explicit', '-no-preamble-big-endian',
]; // prettier-ignore
const lossySyntaxes = [
  '-jpeg-baseline',
  '-jpeg-extended',
  '-jpeg-ls-near',
  '-jpeg-2000-lossy',
  '-htj2k-lossy',
];
const greys = {
  u8: { values: picture(0, 255), array: Uint8Array, lossless: 11, lossy: 5 },
  u12: { values: picture(0, 4095), array: Uint16Array, lossless: 11, lossy: 4 },
  s12: { values: picture(-2048, 2047), array: Int16Array, lossless: 14, lossy: 2 },
  s16: { values: picture(-32_768, 32_767), array: Int16Array, lossless: 11, lossy: 2 },
};

describe.each(Object.entries(greys))('%s', (source, { values, array, lossless, lossy }) => {
  const losslessNames = named(source, losslessSyntaxes);
  const lossyNames = named(source, lossySyntaxes);

  test('comes in every transfer syntax that allows it', () => {
    expect([losslessNames.length, lossyNames.length]).toEqual([lossless, lossy]);
  });

  test.each(losslessNames)('%s is exact', async (name) => {
    const slice = await read(name);
    expect(slice.samples).toBeInstanceOf(array);
    expect(Array.from(slice.samples)).toEqual(values);
    expect(slice).toMatchObject({ rows: 17, columns: 33, frame: null, isInverted: false, format: 'dicom' });
  });

  test.each(lossyNames)('%s is within 1 of its encoder’s own decoder', async (name) => {
    const { samples } = await read(name);
    const expected = expectedSamples(name, samples).slice(0, 17 * 33);
    expect(samples).toBeInstanceOf(array);
    expect(largestDifference(samples, expected)).toBeLessThanOrEqual(1);
  });
});

describe('photometric interpretations', () => {
  const average = averages(colourPicture());

  test.each(named('rgb', ['', '-planar', '-rle', '-jpeg-lossless', '-jpeg-ls', '-jpeg-2000', '-htj2k']))(
    '%s is the exact average of red, green and blue',
    async (name) => {
      expect(Array.from((await read(name)).samples)).toEqual(average);
    },
  );

  // dcmtk centres uncompressed colour differences on 127.5 instead of 128, hence its other tolerance.
  test.each([
    ['rgb-jpeg-baseline', 1],
    ['rgb-jpeg-baseline-rgb', 1],
    ['ybr-full', 2],
    ['ybr-full-422', 2],
  ])('%s is within %i of dcmtk', async (name, tolerance) => {
    const { samples } = await read(name);
    const rgb = readFixture(`${name}.expected`).slice(0, 3 * samples.length);
    expect(largestDifference(samples, averages(rgb))).toBeLessThanOrEqual(tolerance);
  });

  test.each([
    ['palette-8', 1, 8],
    ['palette-16', 257, 16],
  ])('%s is looked up at its full depth', async (name, scale, bitsStored) => {
    const entry = (value: number): number => Math.min(Math.max(value - 20, 0), 199);
    const grey = (i: number): number => Math.round((scale * (i + (255 - i) + ((3 * i) & 255))) / 3);
    const slice = await read(name);
    expect(slice.bitsStored).toBe(bitsStored);
    expect(Array.from(slice.samples)).toEqual(picture(0, 255).map((value) => grey(entry(value))));
  });

  test('MONOCHROME1 is marked and its samples are left alone', async () => {
    const slice = await read('monochrome1');
    expect(slice.isInverted).toBe(true);
    expect(Array.from(slice.samples)).toEqual(picture(0, 255));
  });

  test('overlay bits above the high bit are cut off', async () => {
    expect(Array.from((await read('overlay')).samples)).toEqual(picture(0, 4095));
  });

  test('a modality lookup table is applied, its ends for values outside', async () => {
    const slice = await read('modality-lut');
    const expected = picture(-20, 120).map((value) => 1000 + 2 * Math.min(Math.max(value + 5, 0), 99));
    expect(Array.from(slice.samples)).toEqual(expected);
    expect(slice).toMatchObject({ bitsStored: 16, rescaleSlope: 1, rescaleIntercept: 0 });
  });
});

describe('several frames', () => {
  test.each(named('frames', ['', '-rle', '-jpeg-ls']))('%s', async (name) => {
    const file = open(name);
    expect(file.slices.map(({ frame }) => frame)).toEqual([0, 1, 2]);
    for (const seed of [2, 0, 1]) {
      expect(Array.from((await file.readSlice(seed)).samples)).toEqual(picture(0, 4095, seed));
    }
  });

  test.each(named('fragments', ['', '-no-table']))('%s: many fragments a frame', async (name) => {
    const file = open(name);
    for (const seed of [0, 1, 2]) {
      expect(Array.from((await file.readSlice(seed)).samples)).toEqual(picture(0, 255, seed, 60, 40));
    }
  });

  test.each(['enhanced', 'enhanced-implicit'])(
    '%s: functional groups, shared and for each frame',
    async (name) => {
      const file = open(name);
      expect(file.slices).toHaveLength(3);
      file.slices.forEach((slice, i) => {
        expect(slice).toMatchObject({
          frame: i,
          rescaleSlope: i + 1,
          rescaleIntercept: 0 - i,
          window: { center: 100 + i, width: 400 },
          geometry: {
            pixelSpacingMm: [0.5, 0.75],
            imageOrientationPatient: [1, 0, 0, 0, 0, -1],
            imagePositionPatient: [-10, -20, 5 * i],
            sliceThicknessMm: 5,
          },
        });
      });
      expect(Array.from((await file.readSlice(1)).samples)).toEqual(picture(0, 4095, 1));
    },
  );
});

test('samples belong to the caller: changing them changes neither the file nor the next reading', async () => {
  const file = open('u12');
  (await file.readSlice(0)).samples.fill(0);
  expect(Array.from((await file.readSlice(0)).samples)).toEqual(greys.u12.values);
});

test('a file cut anywhere is a typed error or the right picture, never anything else', async () => {
  for (const name of fixtureNames) {
    const whole = readFixture(`${name}.dcm`);
    const right = await openDicom(whole, name).readSlice(0);
    for (let length = 0; length < whole.length; length += 64) {
      try {
        const { samples } = await openDicom(whole.slice(0, length), name).readSlice(0);
        expect(samples, `${name} cut to ${length}`).toEqual(right.samples);
      } catch (error) {
        expect(error, `${name} cut to ${length}`).toBeInstanceOf(UserError);
        expect((error as UserError).detail['file']).toBe(name);
      }
    }
  }
});

test('a file with altered bytes is a typed error or some picture, never anything else', async () => {
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (const name of fixtureNames) {
    for (let round = 0; round < 8; round++) {
      const bytes = readFixture(`${name}.dcm`);
      let isRight: boolean;
      for (let i = 0; i < 3; i++) bytes[random(bytes.length)] = random(256);
      try {
        const { samples, rows, columns } = await openDicom(bytes, name).readSlice(0);
        isRight = samples.length === rows * columns;
      } catch (error) {
        isRight = error instanceof UserError;
      }
      expect(isRight, `${name}, round ${round}`).toBe(true);
    }
  }
});
