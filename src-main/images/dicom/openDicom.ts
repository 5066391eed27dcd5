import type { SliceHeader, Samples } from '../../../src-shared/domain/slice.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { averageColour } from '../averageColour.ts';
import type { ImageFile } from '../ImageFile.ts';
import type { DecodedFrame } from './codecs/FrameDecoder.ts';
import { decodeFrame } from './decodeFrame.ts';
import { ElementReader } from './ElementReader.ts';
import { FrameReader } from './FrameReader.ts';
import { rgbFromColour } from './rgbFromColour.ts';
import { locateFrames } from './locateFrames.ts';
import { applyLookupTable, readGreyPalette, readLookupTable, type LookupTable } from './LookupTable.ts';
import { naming } from './naming.ts';
import { parseDicomFile } from './parseDicomFile.ts';
import { readAcquisition } from './readAcquisition.ts';
import { readAttributes } from './readAttributes.ts';
import { readPixelFormat, type PixelFormat } from './readPixelFormat.ts';
import { storedSamples } from './storedSamples.ts';
import type { TransferSyntax } from './transferSyntaxes.ts';

/**
 * Opens a DICOM file: header at once, pixels frame by frame on demand. Samples are stored values, to be rescaled with
 * the header's slope and intercept; where the file has a modality lookup table instead (PS3.3 C.11.1.1.1), it has
 * been applied. Colour and palettes have been averaged to grey.
 *
 * @param fileName - base name, for messages
 * @throws UserError 'file-truncated', 'file-too-large', 'dicom-damaged', 'dicom-no-pixel-data',
 *   'dicom-wrong-pixel-length', 'dicom-unsupported-transfer-syntax',
 *   'dicom-unsupported-photometric-interpretation', 'image-too-small', 'image-too-large'
 */
export function openDicom(bytes: Uint8Array<ArrayBuffer>, fileName: string): ImageFile {
  try {
    return openFile(bytes, fileName);
  } catch (error) {
    throw naming(fileName, error);
  }
}

function openFile(bytes: Uint8Array, fileName: string): ImageFile {
  const { syntax, dataSet } = parseDicomFile(bytes);
  const elements = new ElementReader(dataSet);
  const format = readPixelFormat(elements, fileName);
  if (syntax.codec === null) {
    throw new UserError('dicom-unsupported-transfer-syntax', { transferSyntax: syntax.name });
  }
  const frameBytes = locateFrames(elements, format, syntax);
  const table = readTable(elements, format);
  const slices = readHeaders(elements, format, { fileName, syntax, table });
  return {
    slices,
    readSlice: async (index) => {
      const header = slices[index];
      if (header === undefined) throw new RangeError(`there is no frame ${index}`);
      try {
        const frame = await decodeFrame(frameBytes(index), format, syntax);
        return { ...header, samples: greySamples(frame, format, syntax, table) };
      } catch (error) {
        throw naming(fileName, error);
      }
    },
  };
}

/** The table that stored values go through: a palette, or a modality lookup table. */
function readTable(
  elements: ElementReader,
  { photometricInterpretation, isSigned }: PixelFormat,
): LookupTable | null {
  if (photometricInterpretation === 'PALETTE COLOR') return readGreyPalette(elements, isSigned);
  const [item] = elements.items('modalityLutSequence');
  return item === undefined
    ? null
    : readLookupTable(item, { descriptor: 'lutDescriptor', data: 'lutData' }, isSigned);
}

/** JPEG of 8 or 12 bits loses something, whether the file says so or not; the other codecs may be told to lose nothing. */
function isAlwaysLossy({ codec }: TransferSyntax): boolean {
  return codec === 'jpeg-baseline' || codec === 'jpeg-extended';
}

function readHeaders(
  elements: ElementReader,
  format: PixelFormat,
  { fileName, syntax, table }: { fileName: string; syntax: TransferSyntax; table: LookupTable | null },
): SliceHeader[] {
  const stated = readAttributes(elements);
  const lossyImageCompression = isAlwaysLossy(syntax) ? '01' : stated.lossyImageCompression;
  const attributes = { ...stated, lossyImageCompression };
  const acquisition = readAcquisition(elements);
  const frames = new FrameReader(elements);
  return Array.from({ length: format.frames }, (_, frame) => {
    const { slope, intercept } = table === null ? frames.rescale(frame) : { slope: 1, intercept: 0 };
    const windows = frames.windows(frame);
    return {
      fileName,
      format: 'dicom',
      frame: format.frames === 1 ? null : frame,
      volumePlane: null,
      isReformatted: false,
      rows: format.rows,
      columns: format.columns,
      bitsStored: table?.bits ?? format.bitsStored,
      rescaleSlope: slope,
      rescaleIntercept: intercept,
      isInverted: format.photometricInterpretation === 'MONOCHROME1',
      window: frames.window(frame),
      ...(windows.length > 0 && { fileWindows: windows }),
      acquisition,
      geometry: frames.geometry(frame),
      attributes,
      transferSyntaxUid: syntax.uid,
    };
  });
}

function greySamples(
  frame: DecodedFrame,
  format: PixelFormat,
  { codec }: TransferSyntax,
  table: LookupTable | null,
): Samples {
  // A codec of pictures yields values, not cells: they start at bit 0 whatever the header says of the cell.
  const isCell = codec === 'none' || codec === 'rle';
  const samples = storedSamples(frame, isCell ? format : { ...format, highBit: format.bitsStored - 1 });
  if (format.samplesPerPixel === 3) {
    const layout = { ...format, isPlanar: frame.isPlanar, space: colourSpace(frame, format, codec) };
    return averageColour(rgbFromColour(samples, layout), 3);
  }
  return table === null ? samples : applyLookupTable(samples, table);
}

function colourSpace(
  { isRgb }: DecodedFrame,
  { photometricInterpretation }: PixelFormat,
  codec: TransferSyntax['codec'],
): 'rgb' | 'ycbcr' | 'ycbcr-422' {
  if (isRgb || photometricInterpretation === 'RGB') return 'rgb';
  return photometricInterpretation === 'YBR_FULL_422' && codec === 'none' ? 'ycbcr-422' : 'ycbcr';
}
