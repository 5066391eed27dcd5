import type { GreyPicture } from '../../../src-shared/imaging/GreyPicture.ts';
import { resizeRows } from '../../../src-shared/imaging/resize.ts';
import type { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';

/** What a model's input is made into, so that a guard learns what no head MR looks like. */
export const strangerKinds = ['turned', 'cropped', 'shuffled', 'noise', 'clouds'] as const;

export type StrangerKind = (typeof strangerKinds)[number];

/** Share of the side that a crop keeps, from … to. */
const cropShare = [0.25, 0.5] as const;
/** Pieces along a side of a shuffled picture. */
const pieceCounts = [2, 4, 8] as const;
/** Cells along a side of the coarsest layer of clouds, and how many layers. */
const cloudCells = 3;
const cloudLayers = 6;

/**
 * Makes a picture that a guard should flag out of a model's square input.
 *
 * - `turned`: by 90° either way, by 180°, or mirrored top to bottom
 * - `cropped`: a part of a quarter to a half of each side, enlarged; what reaches a radiologist as a cut-out
 * - `shuffled`: cut into 2², 4² or 8² pieces in random order, as from a damaged file
 * - `noise`: independent normal numbers; the picture itself is not used, nor in the next
 * - `clouds`: layers of smooth noise, each twice as fine and less strong than the last
 *
 * @param random - decides about everything that is left open
 * @returns a new picture of the same size
 */
export function makeStranger(kind: StrangerKind, picture: GreyPicture, random: RandomStream): GreyPicture {
  switch (kind) {
    case 'turned':
      return turned(picture, random.integer(4));
    case 'cropped':
      return cropped(picture, random);
    case 'shuffled':
      return shuffled(picture, pieceCounts[random.integer(pieceCounts.length)]!, random);
    case 'noise':
      return noise(picture, random);
    case 'clouds':
      return clouds(picture, random);
  }
}

/** 0: a quarter turn anticlockwise, 1: clockwise, 2: half a turn, 3: mirrored top to bottom. */
function turned(picture: GreyPicture, way: number): GreyPicture {
  const last = picture.rows - 1;
  return mapped(picture, (row, column) => {
    if (way === 0) return [column, last - row];
    if (way === 1) return [last - column, row];
    return [last - row, way === 2 ? last - column : column];
  });
}

/** Takes each pixel from where `from` says. */
function mapped(
  { rows, columns, values }: GreyPicture,
  from: (row: number, column: number) => readonly [number, number],
): GreyPicture {
  const result = new Float32Array(values.length);
  for (let row = 0, i = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, i++) {
      const [y, x] = from(row, column);
      result[i] = values[y * columns + x]!;
    }
  return { rows, columns, values: result };
}

/** A part around the middle, not at the very edge, where there is only background. */
function cropped(picture: GreyPicture, random: RandomStream): GreyPicture {
  const { rows, columns, values } = picture;
  const [height, width] = [rows, columns].map((side) => side * random.between(...cropShare)) as [
    number,
    number,
  ];
  const top = random.between(0.1 * rows, 0.9 * rows - height);
  const left = random.between(0.1 * columns, 0.9 * columns - width);
  const result = new Float32Array(values.length);
  const readRow = (row: number, line: Float32Array): void =>
    line.set(values.subarray(row * columns, (row + 1) * columns));
  // A cut-out keeps its proportions and is padded, as the preprocessing of the models does it.
  const side = Math.max(height, width);
  const region = {
    top: top + (height - side) / 2,
    left: left + (width - side) / 2,
    height: side,
    width: side,
  };
  resizeRows(readRow, picture, picture, result, 0, region);
  blacken(result, picture, height / side, width / side);
  return { rows, columns, values: result };
}

/** Makes all black but a frame in the middle, of the given shares of the sides. */
function blacken(values: Float32Array, { rows, columns }: GreyPicture, down: number, across: number): void {
  const [above, before] = [((1 - down) / 2) * rows, ((1 - across) / 2) * columns];
  for (let row = 0, i = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, i++)
      if (row < above || row >= rows - above || column < before || column >= columns - before) values[i] = 0;
}

function shuffled(picture: GreyPicture, pieces: number, random: RandomStream): GreyPicture {
  const side = Math.floor(picture.rows / pieces);
  const order = random.shuffle(Array.from({ length: pieces ** 2 }, (_, i) => i));
  return mapped(picture, (row, column) => {
    const [down, across] = [Math.floor(row / side), Math.floor(column / side)];
    if (down >= pieces || across >= pieces) return [row, column];
    const from = order[down * pieces + across]!;
    return [Math.floor(from / pieces) * side + (row % side), (from % pieces) * side + (column % side)];
  });
}

/** Noise in squares of one to four pixels, as small pictures become when they are enlarged. */
function noise({ rows, columns }: GreyPicture, random: RandomStream): GreyPicture {
  const step = 1 + random.integer(4);
  const [across, down] = [Math.ceil(columns / step), Math.ceil(rows / step)];
  const grains = new Float32Array(across * down).fill(random.between(60, 180));
  random.addNormal(grains, random.between(20, 100));
  const values = new Float32Array(rows * columns);
  for (let row = 0, i = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, i++)
      values[i] = clamped(grains[Math.floor(row / step) * across + Math.floor(column / step)]!);
  return { rows, columns, values };
}

/** Value noise: each layer of random cells enlarged to the whole (Perlin, SIGGRAPH 1985, without gradients). */
function clouds({ rows, columns }: GreyPicture, random: RandomStream): GreyPicture {
  const values = new Float32Array(rows * columns).fill(random.between(60, 160));
  const fading = random.between(0.4, 0.9);
  const layer = new Float32Array(values.length);
  for (let n = 0, cells = cloudCells, strength = 70; n < cloudLayers; n++, cells *= 2, strength *= fading) {
    const coarse = new Float32Array(cells * cells);
    random.addNormal(coarse, strength);
    const readRow = (row: number, line: Float32Array): void =>
      line.set(coarse.subarray(row * cells, (row + 1) * cells));
    resizeRows(readRow, { rows: cells, columns: cells }, { rows, columns }, layer, 0);
    for (let i = 0; i < values.length; i++) values[i]! += layer[i]!;
  }
  return { rows, columns, values: values.map(clamped) };
}

function clamped(grey: number): number {
  return Math.min(255, Math.max(0, grey));
}
