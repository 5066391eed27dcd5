import { readHeader, NIFTI1, NIFTI2 } from 'nifti-reader-js';
import { UserError } from '../../../src-shared/errors.ts';
import { smallestSide } from '../checkPictureSize.ts';
import { affineOfHeader, spacingOf, type Affine, type Triple } from './affineOfHeader.ts';
import { voxelTypes, type VoxelType } from './voxelTypes.ts';

/** Where the first volume of a NIfTI file lies, in bytes and in the patient. */
export interface VolumeHeader {
  /** Voxels along i, j and k; i runs fastest. */
  sizes: Triple;
  spacingMm: Triple;
  /** From voxel indices to millimetres, RAS; null where the file names no patient coordinates. */
  affine: Affine | null;
  voxelType: VoxelType;
  isLittleEndian: boolean;
  /** Offset of the first voxel in the unpacked file. */
  firstByte: number;
  voxels: number;
  rescaleSlope: number;
  rescaleIntercept: number;
}

/** 645³: a head at a third of a millimetre, and at most one gigabyte of samples, two of the widest numbers. */
const mostVoxels = 2 ** 28;

const longestSide = 16_384;

/**
 * Reads a NIfTI-1 or NIfTI-2 header of either byte order and refuses what cannot be true, before anything is
 * allocated for it. `scl_slope` 0 means "not scaled" (nifti1.h). Of a series of volumes (`dim[4]` above 1) the
 * first is read: it is the one without diffusion weighting, or the first time point.
 *
 * @param head - the unpacked file, or its beginning
 * @throws UserError 'nifti-damaged', 'file-truncated', 'image-too-small', 'image-too-large', 'image-unsupported'
 */
export function readNiftiHeader(head: Uint8Array<ArrayBuffer>, fileName: string): VolumeHeader {
  const header = parse(head, fileName);
  const sizes = sizesOf(header.dims, fileName);
  const voxels = sizes[0] * sizes[1] * sizes[2];
  if (voxels > mostVoxels || Math.max(...sizes) > longestSide) {
    // Text: a volume's size has three parts.
    throw new UserError('image-too-large', {
      file: fileName,
      columns: sizes[0],
      rows: `${sizes[1]} × ${sizes[2]}`,
    });
  }
  if (sizes.filter((size) => size >= smallestSide).length < 2) {
    throw new UserError('image-too-small', { file: fileName, minimum: smallestSide });
  }
  const voxelType = voxelTypes.get(header.datatypeCode);
  if (voxelType === undefined) {
    const reason = `Its voxels are of the NIfTI datatype ${header.datatypeCode}`;
    throw new UserError('image-unsupported', { file: fileName, reason });
  }
  const firstByte = header.vox_offset;
  if (!Number.isSafeInteger(firstByte) || firstByte < headerBytes(header)) {
    throw damaged(fileName, 'Its voxels are said to begin at an impossible place.');
  }
  const affine = affineOfHeader(header);
  const isScaled = Number.isFinite(header.scl_slope) && header.scl_slope !== 0;
  return {
    sizes,
    spacingMm: spacingOf(header, affine),
    affine,
    voxelType,
    isLittleEndian: header.littleEndian,
    firstByte,
    voxels,
    rescaleSlope: isScaled ? header.scl_slope : 1,
    rescaleIntercept: isScaled && Number.isFinite(header.scl_inter) ? header.scl_inter : 0,
  };
}

function parse(head: Uint8Array<ArrayBuffer>, fileName: string): NIFTI1 | NIFTI2 {
  const longest = NIFTI2.MAGIC_COOKIE;
  if (head.length < NIFTI1.STANDARD_HEADER_SIZE) throw new UserError('file-truncated', { file: fileName });
  try {
    // Without what follows the header, so that the library does not walk its extensions.
    return readHeader(Uint8Array.from(head.subarray(0, longest)).buffer);
  } catch (cause) {
    throw new UserError('nifti-damaged', { file: fileName, reason: 'It has no NIfTI header.' }, { cause });
  }
}

function headerBytes(header: NIFTI1 | NIFTI2): number {
  return header instanceof NIFTI1 ? NIFTI1.MAGIC_COOKIE : NIFTI2.MAGIC_COOKIE;
}

function sizesOf(dims: readonly number[], fileName: string): Triple {
  const [count = 0, i = 0, j = 0, k = 0] = dims;
  const sizes: Triple = [i, j, count >= 3 ? k : 1];
  if (count < 2 || count > 7 || sizes.some((size) => !Number.isSafeInteger(size) || size < 1)) {
    throw damaged(fileName, 'Its header gives impossible dimensions.');
  }
  return sizes;
}

function damaged(fileName: string, reason: string): UserError {
  return new UserError('nifti-damaged', { file: fileName, reason });
}
