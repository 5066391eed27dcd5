import type { Samples, Slice } from '../domain/slice.ts';
import { besideHead } from './besideHead.ts';
import { connectedStrokes, highestOfRows, type Stroke } from './connectedStrokes.ts';

/** Letters are looked for among what is brighter than these shares of the bright end, and than half of the brightest. */
const brightShares = [0.5, 0.25];
/** The bright end: what this share of the picture stays below. */
const brightEndShare = 0.98;
/** So many letters in a row are text; noise and vessels rarely stand in line. */
const leastLetters = 4;
/** More candidates than this are noise, in which anything can be found. */
const mostLetters = 400;
/** Heights of a letter: pixels, and share of the picture's rows. */
const leastHeight = 5;
const mostHeightShare = 1 / 10;
/** A letter's width and the length of its rows, in its heights. */
const mostWidth = 1.4;
const mostRowLength = 0.55;
/** A letter fills so much of its frame, unless it is as narrow as an I. */
const filledShare = { least: 0.2, most: 0.85 } as const;
const narrowWidth = 0.4;
/** Letters of a line differ in height and place of the foot by so much, and are so far apart, in heights. */
const mostHeightDifference = 0.3;
const mostFootDifference = 0.25;
const mostGap = 0.9;
/** A line of equal marks is a ruler: some letter is so much wider than another, in heights. */
const leastWidthDifference = 0.15;

type Picture = Pick<Slice, 'samples' | 'rows' | 'columns' | 'isInverted'>;

/**
 * Whether bright text stands beside the head: at least four separate strokes of a letter's shape on one line.
 *
 * Strokes are 8-connected regions above a share of the bright end, or of the brightest pixel, outside of the silhouette
 * of the head: its rows and its columns from the first bright pixel to the last. Finds neither single letters, as those
 * of orientation, nor text over the head, dark on bright, upright, cursive or with letters lower than five pixels, and none
 * where low values are bright.
 */
export function hasBurnedInText({ samples, rows, columns, isInverted }: Picture): boolean {
  if (isInverted) return false;
  const { background, bright, most } = greyRange(samples);
  if (bright <= background) return false;
  const pieces = besideHead(samples, rows, columns, { background, bright });
  const place = { pieces, highest: highestOfRows(samples, columns, pieces) };
  const thresholds = brightShares.map((share) => background + share * (bright - background));
  return [...thresholds, (background + most) / 2].some((threshold) => {
    const letters = connectedStrokes(samples, columns, place, threshold).filter((one) => isLetter(one, rows));
    return letters.length <= mostLetters && hasLine(letters);
  });
}

/** Levels of the background, of the brightest tissue, and the highest, by a sample of the pixels. */
function greyRange(samples: Samples): { background: number; bright: number; most: number } {
  const step = Math.floor(samples.length / 1024) | 1;
  const some = Float64Array.from({ length: Math.ceil(samples.length / step) }, (_, i) => samples[i * step]!);
  some.sort();
  const at = (share: number): number => some[Math.floor(share * (some.length - 1))] ?? 0;
  return { background: at(0.02), bright: at(brightEndShare), most: at(1) };
}

function isLetter({ top, bottom, left, right, count, runs }: Stroke, rows: number): boolean {
  const height = bottom - top + 1;
  const width = right - left + 1;
  if (height < leastHeight || height > mostHeightShare * rows) return false;
  if (width > mostWidth * height || count / runs > mostRowLength * height) return false;
  const filled = count / (width * height);
  return width <= narrowWidth * height || (filled >= filledShare.least && filled <= filledShare.most);
}

function hasLine(letters: Stroke[]): boolean {
  letters.sort((one, other) => one.left - other.left);
  return letters.some((_, first) => {
    const line = lineFrom(letters, first);
    const widths = line.map(({ left, right }) => right - left + 1);
    const height = Math.max(...line.map(({ top, bottom }) => bottom - top + 1));
    return (
      line.length >= leastLetters &&
      Math.max(...widths) - Math.min(...widths) >= Math.max(2, leastWidthDifference * height)
    );
  });
}

/** The letters that follow one another from one on, to the right. */
function lineFrom(letters: readonly Stroke[], first: number): Stroke[] {
  const line = [letters[first]!];
  for (let i = first + 1; i < letters.length; i++) {
    const [last, next] = [line.at(-1)!, letters[i]!];
    const height = last.bottom - last.top + 1;
    if (next.left - last.right > mostGap * height) break;
    if (isNextTo(last, next, height)) line.push(next);
  }
  return line;
}

function isNextTo(last: Stroke, next: Stroke, height: number): boolean {
  const difference = Math.abs(next.bottom - next.top + 1 - height);
  const gap = next.left - last.right;
  return (
    gap >= 0 &&
    difference <= mostHeightDifference * height &&
    Math.abs(next.bottom - last.bottom) <= Math.max(1, mostFootDifference * height)
  );
}
