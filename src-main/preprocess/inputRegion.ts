import type { SliceRegion } from '../../src-shared/domain/analysis.ts';
import type { PreprocessingId } from '../../src-shared/domain/modelCard.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import { findHead } from '../../src-shared/imaging/findHead.ts';
import type { GreyPicture } from '../../src-shared/imaging/GreyPicture.ts';
import type { PictureSize, RowReader } from '../../src-shared/imaging/resize.ts';
import { usableSpacingMm } from '../../src-shared/imaging/usableSpacingMm.ts';

/** Kept free around the head on each side, as a share of its longer side. */
const headMargin = 0.04;

/** The head is looked for in a picture whose longer side is at most this. */
const searchSide = 224;

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
function headFrame(slice: PictureSize, readRow: RowReader): SliceRegion | null {
  const step = Math.ceil(Math.max(slice.rows, slice.columns) / searchSide);
  const frame = findHead(averageBlocks(slice, readRow, step))?.frame;
  if (frame === undefined) return null;
  const [top, left] = [frame.top * step, frame.left * step];
  return {
    top,
    left,
    height: Math.min(frame.height * step, slice.rows - top),
    width: Math.min(frame.width * step, slice.columns - left),
  };
}

/** A picture reduced by a whole number along both sides; blocks at the far edges may be smaller. */
function averageBlocks({ rows, columns }: PictureSize, readRow: RowReader, step: number): GreyPicture {
  const small = { rows: Math.ceil(rows / step), columns: Math.ceil(columns / step) };
  const values = new Float32Array(small.rows * small.columns);
  const line = new Float32Array(columns);
  for (let row = 0; row < rows; row++) {
    readRow(row, line);
    const start = Math.floor(row / step) * small.columns;
    for (let block = 0, column = 0; block < small.columns; block++) {
      const end = Math.min(column + step, columns);
      let sum = 0;
      for (; column < end; column++) sum += line[column]!;
      values[start + block]! += sum;
    }
  }
  for (let i = 0; i < values.length; i++) {
    const height = Math.min(step, rows - Math.floor(i / small.columns) * step);
    const width = Math.min(step, columns - (i % small.columns) * step);
    values[i]! /= height * width;
  }
  return { ...small, values };
}
