import { UserError } from '../../../src-shared/errors.ts';
import { checkPictureSize } from '../checkPictureSize.ts';
import type { ElementReader } from './ElementReader.ts';

/** Colour spaces that we turn into grey (PS3.3 C.7.6.3.1.2). */
export type PhotometricInterpretation =
  | 'MONOCHROME1'
  | 'MONOCHROME2'
  | 'PALETTE COLOR'
  | 'RGB'
  | 'YBR_FULL'
  | 'YBR_FULL_422'
  | 'YBR_RCT'
  | 'YBR_ICT';

/** How the samples of a frame are stored (PS3.3 C.7.6.3). */
export interface PixelFormat {
  rows: number;
  columns: number;
  frames: number;
  samplesPerPixel: 1 | 3;
  photometricInterpretation: PhotometricInterpretation;
  /** Colour by plane instead of by pixel. */
  isPlanar: boolean;
  bitsAllocated: 8 | 16 | 32 | 64;
  bitsStored: number;
  highBit: number;
  isSigned: boolean;
  /** FloatPixelData or DoubleFloatPixelData. */
  isFloat: boolean;
}

const maximumFrames = 16_384;
const samplesPerPixelOf: Record<PhotometricInterpretation, 1 | 3> = {
  MONOCHROME1: 1,
  MONOCHROME2: 1,
  'PALETTE COLOR': 1,
  RGB: 3,
  YBR_FULL: 3,
  YBR_FULL_422: 3,
  YBR_RCT: 3,
  YBR_ICT: 3,
};

/** The bytes that an uncompressed frame takes; YBR_FULL_422 keeps two colour samples for two pixels. */
export function frameLength(format: PixelFormat): number {
  const { rows, columns, samplesPerPixel, bitsAllocated, photometricInterpretation } = format;
  const samples = photometricInterpretation === 'YBR_FULL_422' ? 2 : samplesPerPixel;
  return rows * columns * samples * (bitsAllocated / 8);
}

function readPhotometricInterpretation(elements: ElementReader): PhotometricInterpretation {
  const assumed = elements.uint16('samplesPerPixel') === 3 ? 'RGB' : 'MONOCHROME2';
  const value = elements.text('photometricInterpretation') ?? assumed;
  if (!Object.hasOwn(samplesPerPixelOf, value)) {
    throw new UserError('dicom-unsupported-photometric-interpretation', { photometricInterpretation: value });
  }
  return value as PhotometricInterpretation;
}

function readBits(
  elements: ElementReader,
  isFloat: boolean,
): Pick<PixelFormat, 'bitsAllocated' | 'bitsStored' | 'highBit'> {
  const bitsAllocated = elements.uint16('bitsAllocated') ?? 0;
  const bitsStored = elements.uint16('bitsStored') ?? bitsAllocated;
  const highBit = elements.uint16('highBit') ?? bitsStored - 1;
  const isKnownSize = isFloat
    ? bitsAllocated === 32 || bitsAllocated === 64
    : [8, 16, 32].includes(bitsAllocated);
  if (!isKnownSize)
    throw new UserError('dicom-damaged', { reason: `It has ${bitsAllocated} bits allocated.` });
  const fits = bitsStored >= 1 && highBit < bitsAllocated && highBit + 1 >= bitsStored;
  return {
    bitsAllocated: bitsAllocated as PixelFormat['bitsAllocated'],
    bitsStored: fits ? bitsStored : bitsAllocated,
    highBit: fits ? highBit : bitsAllocated - 1,
  };
}

/**
 * Reads and checks how a file's samples are stored, before anything is allocated for them.
 *
 * @throws UserError 'dicom-no-pixel-data', 'image-too-small', 'image-too-large', 'file-too-large', 'dicom-damaged',
 *   'dicom-unsupported-photometric-interpretation'
 */
export function readPixelFormat(elements: ElementReader, fileName: string): PixelFormat {
  const [rows, columns] = [elements.uint16('rows'), elements.uint16('columns')];
  const isFloat = elements.has('floatPixelData') || elements.has('doubleFloatPixelData');
  if (rows === null || columns === null || !(isFloat || elements.has('pixelData'))) {
    throw new UserError('dicom-no-pixel-data');
  }
  checkPictureSize(rows, columns, fileName);
  const photometricInterpretation = readPhotometricInterpretation(elements);
  const samplesPerPixel = samplesPerPixelOf[photometricInterpretation];
  if ((elements.uint16('samplesPerPixel') ?? samplesPerPixel) !== samplesPerPixel) {
    throw new UserError('dicom-damaged', {
      reason: `${photometricInterpretation} needs ${samplesPerPixel} samples a pixel.`,
    });
  }
  const frames = Math.trunc(elements.number('numberOfFrames') ?? 1);
  if (frames > maximumFrames) throw new UserError('file-too-large', { limit: `${maximumFrames} frames` });
  return {
    rows,
    columns,
    frames: Math.max(frames, 1),
    samplesPerPixel,
    photometricInterpretation,
    isPlanar: samplesPerPixel === 3 && elements.uint16('planarConfiguration') === 1,
    ...readBits(elements, isFloat),
    isSigned: elements.uint16('pixelRepresentation') === 1,
    isFloat,
  };
}
