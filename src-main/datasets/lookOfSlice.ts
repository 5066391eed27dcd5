import type { Slice } from '../../src-shared/domain/slice.ts';
import { greyRows } from '../../src-shared/imaging/greyRows.ts';
import { resizeRows } from '../../src-shared/imaging/resize.ts';
import { releaseMemory } from '../../src-shared/releaseMemory.ts';
import { borderOf } from './headBox.ts';
import { headThumbnail } from './headThumbnail.ts';

/** What a scan keeps of a picture's pixels. */
export interface Look {
  /** See `headThumbnail`. */
  thumbnail: Uint8Array<ArrayBuffer>;
  /** Mean grey of the whole picture, 0…255. */
  brightness: number;
  /** Mean grey of its outermost hundredth on every side. */
  border: number;
}

/** The size at which a picture is looked at. */
const working = { rows: 128, columns: 128 };

/** Describes a slice as it is displayed. @throws UserError 'invalid-window' when the values span no usable range */
export function lookOfSlice(slice: Slice): Look {
  const reduced = new Float32Array(working.rows * working.columns);
  resizeRows(greyRows(slice), slice, working, reduced);
  const grey = new Uint8Array(reduced.length);
  for (let i = 0; i < grey.length; i++) grey[i] = reduced[i]! + 0.5;
  const look = {
    thumbnail: headThumbnail(grey, working),
    brightness: mean(grey),
    border: mean(borderOf(grey, working)),
  };
  releaseMemory(reduced);
  releaseMemory(grey);
  return look;
}

function mean(values: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
