import type { SliceRegion } from '../../src-shared/domain/analysis.ts';
import type { PreprocessingId } from '../../src-shared/domain/modelCard.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import { findHeadFrame } from '../../src-shared/imaging/findHead.ts';
import type { GreyPicture } from '../../src-shared/imaging/GreyPicture.ts';
import type { PictureSize, RowReader } from '../../src-shared/imaging/resize.ts';
import { releaseMemory } from '../../src-shared/releaseMemory.ts';
import { usableSpacingMm } from '../../src-shared/imaging/usableSpacingMm.ts';

/** Kept free around the head on each side, as a share of its longer side. */
const headMargin = 0.04;

/** The head is looked for in a picture whose longer side is at most this, where a cell below a hundredth is enough. */
const searchSide = 160;

/** A small head is looked for again, on a finer grid, in a part so much larger than its frame on each side. */
const searchMargin = 0.1;

/** Pixels longer than this many times their width are not believed, and taken for square ones. */
const mostElongated = 100;

/**
 * The part of a slice that a model reads, by the rule of its card.
 *
 * - `whole-picture`: all of it, whatever its shape.
 * - `padded-square`: the smallest square around all of it, so that proportions are kept.
 * - `head-square`: the square around the head, with a margin of 4 % of the head's longer side on each side, so that
 *   neither proportions nor the borders of the picture matter. Where no head is found, as `padded-square`.
 *
 * A square is one in millimetres where the spacing is known, else in pixels.
 *
 * @param readRow - reads the slice as displayed, 0…255
 * @returns in the slice's pixels, with fractions; may reach beyond the slice
 */
export function inputRegion(rule: PreprocessingId, slice: Slice, readRow: RowReader): SliceRegion {
  const whole = { top: 0, left: 0, height: slice.rows, width: slice.columns };
  switch (rule) {
    case 'whole-picture':
      return whole;
    case 'padded-square':
      return squareAround(whole, slice, 0);
    case 'head-square': {
      const head = headFrame(slice, readRow);
      return head === null ? squareAround(whole, slice, 0) : squareAround(head, slice, headMargin);
    }
  }
}

/** The square around the centre of a frame that holds it, and a margin of a share of its longer side. */
function squareAround(frame: SliceRegion, { geometry }: Slice, margin: number): SliceRegion {
  const [rowSpacing, columnSpacing] = usableSpacingMm(geometry) ?? [1, 1];
  const elongation = Math.max(rowSpacing / columnSpacing, columnSpacing / rowSpacing);
  const aspect = elongation > mostElongated ? 1 : rowSpacing / columnSpacing;
  // In widths of a pixel.
  const side = Math.max(frame.height * aspect, frame.width) * (1 + 2 * margin);
  const height = side / aspect;
  return {
    top: frame.top + (frame.height - height) / 2,
    left: frame.left + (frame.width - side) / 2,
    height,
    width: side,
  };
}

/** The frame of the head in the slice's pixels; null where none is found. */
function headFrame({ rows, columns }: PictureSize, readRow: RowReader): SliceRegion | null {
  const whole = { top: 0, left: 0, height: rows, width: columns };
  const frame = findIn(whole, columns, readRow);
  if (frame === null) return null;
  const part = grown(frame, whole);
  // Half the cell is worth another look.
  if (2 * searchStep(part) > searchStep(whole)) return frame;
  return findIn(part, columns, readRow) ?? frame;
}

function searchStep({ height, width }: SliceRegion): number {
  return Math.ceil(Math.max(height, width) / searchSide);
}

/** The frame of the head within a part of a slice, which is reduced by a whole number for the search. */
function findIn(part: SliceRegion, columns: number, readRow: RowReader): SliceRegion | null {
  const step = searchStep(part);
  const small = averageBlocks(part, columns, readRow, step);
  const frame = findHeadFrame(small);
  releaseMemory(small.values);
  if (frame === null) return null;
  const [top, left] = [frame.top * step, frame.left * step];
  return {
    top: part.top + top,
    left: part.left + left,
    height: Math.min(frame.height * step, part.height - top),
    width: Math.min(frame.width * step, part.width - left),
  };
}

/** A frame made larger by `searchMargin` on each side, as far as the whole goes. */
function grown(frame: SliceRegion, whole: SliceRegion): SliceRegion {
  const room = Math.ceil(searchMargin * Math.max(frame.height, frame.width));
  const top = Math.max(0, frame.top - room);
  const left = Math.max(0, frame.left - room);
  return {
    top,
    left,
    height: Math.min(whole.height, frame.top + frame.height + room) - top,
    width: Math.min(whole.width, frame.left + frame.width + room) - left,
  };
}

/**
 * A part of a slice reduced by a whole number along both sides: averages along the rows, and of each block of rows the
 * one in the middle, which finds the same head in half the time. Blocks at the far edges may be smaller.
 */
function averageBlocks(part: SliceRegion, columns: number, readRow: RowReader, step: number): GreyPicture {
  const small = { rows: Math.ceil(part.height / step), columns: Math.ceil(part.width / step) };
  const values = new Float32Array(small.rows * small.columns);
  const line = new Float32Array(columns);
  for (let row = 0, i = 0; row < small.rows; row++) {
    readRow(part.top + Math.min(row * step + (step >> 1), part.height - 1), line);
    for (let block = 0, column = 0; block < small.columns; block++, i++) {
      const end = Math.min(column + step, part.width);
      const count = end - column;
      let sum = 0;
      for (; column < end; column++) sum += line[part.left + column]!;
      values[i] = sum / count;
    }
  }
  return { ...small, values };
}
