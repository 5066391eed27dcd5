import type { Slice } from '../../src-shared/domain/slice.ts';
import { chooseWindow } from '../../src-shared/imaging/chooseWindow.ts';
import type { Handlers } from './dispatch.ts';
import { makeThumbnail } from '../../src-shared/imaging/makeThumbnail.ts';
import type { Parts } from './Parts.ts';

type SliceCalls = Pick<Handlers, 'readSlice' | 'readThumbnail'>;

/** Pixels for looking at. */
export function sliceCalls({ slices }: Parts): SliceCalls {
  return {
    readSlice: async ({ slice: handle }) => {
      const slice = await slices.readSlice(handle);
      return { ...pixelsOf(slice), window: slice.window ?? chooseWindow(slice.samples, slice) };
    },
    readThumbnail: async ({ slice: handle, size }) => makeThumbnail(await slices.readSlice(handle), size),
  };
}

function pixelsOf(slice: Slice) {
  const { rows, columns, samples, bitsStored, rescaleSlope, rescaleIntercept, isInverted } = slice;
  const { geometry, attributes, format, fileWindows, acquisition } = slice;
  return {
    rows,
    columns,
    samples,
    bitsStored,
    rescaleSlope,
    rescaleIntercept,
    isInverted,
    geometry,
    attributes,
    format,
    ...(fileWindows && { fileWindows }),
    ...(acquisition && { acquisition }),
  };
}
