import type { Samples } from '../../../src-shared/domain/slice.ts';
import { averageColour } from '../averageColour.ts';

type Source = ArrayBuffer;

/** How one NIfTI datatype becomes samples. */
export interface VoxelType {
  bytesPerVoxel: number;
  /** Size of the numbers that byte order is about. */
  bytesPerNumber: 1 | 2 | 4 | 8;
  bitsStored: number;
  /** Numbers in the machine's byte order, at an aligned offset, as samples: a view where the types agree. */
  toSamples(buffer: Source, byteOffset: number, voxels: number): Samples;
}

function plain(bytesPerVoxel: 1 | 2 | 4, toSamples: VoxelType['toSamples']): VoxelType {
  return { bytesPerVoxel, bytesPerNumber: bytesPerVoxel, bitsStored: 8 * bytesPerVoxel, toSamples };
}

/** Types wider than our samples are narrowed to single precision: exact for whole numbers up to 2^24. */
function narrowed(
  view: (buffer: Source, byteOffset: number, voxels: number) => ArrayLike<number | bigint>,
): VoxelType {
  return {
    bytesPerVoxel: 8,
    bytesPerNumber: 8,
    bitsStored: 32,
    toSamples: (buffer, byteOffset, voxels) =>
      Float32Array.from(view(buffer, byteOffset, voxels) as ArrayLike<number>, Number),
  };
}

/** Colour is averaged to grey, as in every other format; alpha is dropped. */
function colour(channels: 3 | 4): VoxelType {
  return {
    bytesPerVoxel: channels,
    bytesPerNumber: 1,
    bitsStored: 8,
    toSamples: (buffer, byteOffset, voxels) =>
      averageColour(new Uint8Array(buffer, byteOffset, voxels * channels), channels),
  };
}

/**
 * The datatypes of nifti1.h that hold numbers or colours, by code. Left out are bits (1), complex numbers
 * (32, 1792, 2048) and 128-bit floats (1536): nobody stores a head in them.
 */
export const voxelTypes: ReadonlyMap<number, VoxelType> = new Map([
  [2, plain(1, (buffer, offset, voxels) => new Uint8Array(buffer, offset, voxels))],
  [4, plain(2, (buffer, offset, voxels) => new Int16Array(buffer, offset, voxels))],
  [8, plain(4, (buffer, offset, voxels) => new Int32Array(buffer, offset, voxels))],
  [16, plain(4, (buffer, offset, voxels) => new Float32Array(buffer, offset, voxels))],
  [64, narrowed((buffer, offset, voxels) => new Float64Array(buffer, offset, voxels))],
  [128, colour(3)],
  [256, plain(1, (buffer, offset, voxels) => new Int8Array(buffer, offset, voxels))],
  [512, plain(2, (buffer, offset, voxels) => new Uint16Array(buffer, offset, voxels))],
  [768, plain(4, (buffer, offset, voxels) => new Uint32Array(buffer, offset, voxels))],
  [1024, narrowed((buffer, offset, voxels) => new BigInt64Array(buffer, offset, voxels))],
  [1280, narrowed((buffer, offset, voxels) => new BigUint64Array(buffer, offset, voxels))],
  [2304, colour(4)],
]);
