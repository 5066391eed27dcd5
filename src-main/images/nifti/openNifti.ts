import { endianness } from 'node:os';
import {
  noAttributes,
  type DisplayWindow,
  type Samples,
  type Slice,
  type SliceHeader,
} from '../../../src-shared/domain/slice.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { chooseWindow } from '../../../src-shared/imaging/chooseWindow.ts';
import { smallestSide } from '../checkPictureSize.ts';
import type { ImageFile } from '../ImageFile.ts';
import { cutsOf, geometryOf, type Cut } from './cutVolume.ts';
import { gunzipHeader, gunzipPart, isGzip } from './gunzipNifti.ts';
import { readNiftiHeader, type VolumeHeader } from './readNiftiHeader.ts';

/** Enough voxels to know a volume's percentiles by. */
const judgedVoxels = 2 ** 18;

/**
 * Opens a NIfTI-1 or NIfTI-2 volume, packed by gzip or not, as slices in the three planes. Those along the
 * acquisition axis come first (`isReformatted` false), then the two other planes; `frame` is the 0-based voxel
 * index along the axis that counts the slices. All slices share one window, so that scrolling does not
 * flicker, and one copy of the voxels; each is cut out when it is read.
 *
 * @throws UserError 'nifti-damaged', 'file-truncated', 'file-too-large', 'image-too-small', 'image-too-large',
 *   'image-unsupported'
 */
export async function openNifti(bytes: Uint8Array<ArrayBuffer>, fileName: string): Promise<ImageFile> {
  const isPacked = isGzip(bytes);
  const volume = readNiftiHeader(isPacked ? gunzipHeader(bytes, fileName) : bytes, fileName);
  const length = volume.voxels * volume.voxelType.bytesPerVoxel;
  const voxels = isPacked
    ? await gunzipPart(bytes, { start: volume.firstByte, length }, fileName)
    : bytes.subarray(volume.firstByte, volume.firstByte + length);
  if (voxels.length < length) throw new UserError('file-truncated', { file: fileName });

  const samples = samplesOf(voxels, volume);
  const window = windowOf(samples, volume);
  const [acquired, ...others] = cutsOf(volume);
  const places = [acquired!, ...others].flatMap((cut) => slicesOf(cut, volume));
  const slices = places.map(({ cut, index }) => headerOf(cut, index, cut !== acquired));
  return {
    slices,
    readSlice(position): Promise<Slice> {
      const [header, place] = [slices[position], places[position]];
      if (header === undefined || place === undefined)
        return Promise.reject(new RangeError(`no slice ${position}`));
      return Promise.resolve({ ...header, samples: cutOut(samples, place.cut, place.index, volume) });
    },
  };

  function headerOf(cut: Cut, index: number, isReformatted: boolean): SliceHeader {
    return {
      fileName,
      format: 'nifti',
      frame: index,
      volumePlane: cut.plane,
      isReformatted,
      rows: volume.sizes[cut.rows.axis],
      columns: volume.sizes[cut.columns.axis],
      bitsStored: volume.voxelType.bitsStored,
      rescaleSlope: volume.rescaleSlope,
      rescaleIntercept: volume.rescaleIntercept,
      isInverted: false,
      window,
      geometry: geometryOf(cut, index, volume),
      attributes: noAttributes,
      transferSyntaxUid: null,
    };
  }
}

/** The slices of one cut; none where they would be lines, as in a volume of one slice. */
function slicesOf(cut: Cut, { sizes }: VolumeHeader): { cut: Cut; index: number }[] {
  if (Math.min(sizes[cut.rows.axis], sizes[cut.columns.axis]) < smallestSide) return [];
  return Array.from({ length: sizes[cut.through] }, (_, index) => ({ cut, index }));
}

/** The voxels in the machine's byte order; copied only where their order or their place demands it. */
function samplesOf(
  bytes: Uint8Array<ArrayBuffer>,
  { voxelType, isLittleEndian, voxels }: VolumeHeader,
): Samples {
  const { bytesPerNumber } = voxelType;
  const isSwapped = bytesPerNumber > 1 && isLittleEndian !== (endianness() === 'LE');
  const isAligned = bytes.byteOffset % bytesPerNumber === 0;
  const usable = isSwapped || !isAligned ? Uint8Array.from(bytes) : bytes;
  if (isSwapped) {
    const buffer = Buffer.from(usable.buffer);
    if (bytesPerNumber === 2) buffer.swap16();
    else if (bytesPerNumber === 4) buffer.swap32();
    else buffer.swap64();
  }
  return voxelType.toSamples(usable.buffer, usable.byteOffset, voxels);
}

/** One window for the whole volume, from the voxels that are not 0: most of a volume is empty air. */
function windowOf(samples: Samples, rescale: VolumeHeader): DisplayWindow {
  const step = Math.max(1, Math.floor(samples.length / judgedVoxels));
  const judged = new Float32Array(Math.ceil(samples.length / step));
  let count = 0;
  for (let i = 0; i < samples.length; i += step) if (samples[i] !== 0) judged[count++] = samples[i]!;
  return chooseWindow(judged.subarray(0, count), rescale);
}

/** Copies one slice out of the volume, upright. Values that are no numbers become 0, as viewers show them. */
function cutOut(volume: Samples, cut: Cut, index: number, { sizes }: VolumeHeader): Samples {
  const strides = [1, sizes[0], sizes[0] * sizes[1]] as const;
  const [rows, columns] = [sizes[cut.rows.axis], sizes[cut.columns.axis]];
  const along = ({ axis, isReversed }: Cut['rows']) => ({
    first: isReversed ? (sizes[axis] - 1) * strides[axis] : 0,
    step: isReversed ? -strides[axis] : strides[axis],
  });
  const [down, right] = [along(cut.rows), along(cut.columns)];
  const start = index * strides[cut.through] + down.first + right.first;
  const slice = new (volume.constructor as new (length: number) => Samples)(rows * columns);
  for (let row = 0, to = 0; row < rows; row++) {
    let from = start + row * down.step;
    for (let column = 0; column < columns; column++, from += right.step) slice[to++] = volume[from]!;
  }
  if (slice instanceof Float32Array) slice.forEach((value, i) => Number.isFinite(value) || (slice[i] = 0));
  return slice;
}
