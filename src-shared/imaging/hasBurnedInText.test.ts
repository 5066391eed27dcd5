import { expect, test } from 'vitest';
import { drawTextLines } from '../../src-main/images/raster/drawTextLines.ts';
import { drawHead } from '../../tests/fixtures/drawHead.ts';
import { hasBurnedInText } from './hasBurnedInText.ts';

/** The brightest tissue of a drawn head is about 2600. */
const levels = [1000, 2500, 4095];

const pictureOf = (samples: Uint16Array<ArrayBuffer>, side: number) => ({
  ...{ samples, rows: side, columns: side, isInverted: false },
});

/** A drawn head with words in its upper or lower left corner. */
async function headWith(words: string, side: number, em: number, level: number, isBelow = false) {
  const samples = Uint16Array.from(drawHead(side, side, 3));
  const text = await drawTextLines([words], Math.min(side, em * words.length), em);
  const first = isBelow ? side - text.rows : 0;
  text.values.forEach((value, i) => {
    const place = (first + Math.floor(i / text.columns)) * side + (i % text.columns);
    samples[place] = Math.max(samples[place]!, (value / 255) * level);
  });
  return pictureOf(samples, side);
}

test.each([
  [256, 10],
  [256, 14],
  [512, 10],
  [512, 16],
  [512, 24],
])('letters in a picture of %i pixels, %i high, faint and bright', async (side, em) => {
  for (const level of levels) {
    expect(hasBurnedInText(await headWith('MUSTER, Anna', side, em, level))).toBe(true);
    expect(hasBurnedInText(await headWith('12.04.1961', side, em, level, true))).toBe(true);
  }
});

test('a head alone has none, nor has one with a letter of orientation', async () => {
  for (const seed of [1, 2, 3, 4, 5])
    expect(hasBurnedInText(pictureOf(Uint16Array.from(drawHead(256, 256, seed)), 256))).toBe(false);
  expect(hasBurnedInText(await headWith('R', 256, 16, 4095))).toBe(false);
});

test('the marks of a ruler are none', () => {
  const samples = Uint16Array.from(drawHead(512, 512, 3));
  for (let mark = 0; mark < 20; mark++)
    for (let row = 500; row < 508; row++)
      samples.fill(4095, row * 512 + 20 + mark * 8, row * 512 + 22 + mark * 8);
  expect(hasBurnedInText(pictureOf(samples, 512))).toBe(false);
});

test('noise is none, nor is an empty picture', () => {
  const noise = Uint16Array.from({ length: 256 * 256 }, (_, i) => ((i * 2_654_435_761) >>> 8) % 4096);
  expect(hasBurnedInText(pictureOf(noise, 256))).toBe(false);
  expect(hasBurnedInText(pictureOf(new Uint16Array(256 * 256), 256))).toBe(false);
});
