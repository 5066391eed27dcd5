import type dcmjsCodecs from 'dcmjs-codecs';
import { UserError } from '../../../../src-shared/errors.ts';
import type { FrameDecoder } from './FrameDecoder.ts';
import { decodeJpegBaseline } from './jpegBaseline.ts';
import { checkStreamHeader, readJpegHeader } from './readJpegHeader.ts';

async function loadCodecs(): Promise<typeof dcmjsCodecs> {
  const { default: codecs } = await import('dcmjs-codecs');
  if (!codecs.NativeCodecs.isInitialized()) await codecs.NativeCodecs.initializeAsync();
  return codecs;
}

/**
 * Extended JPEG (ITU-T T.81 processes 2 and 4): 12 bits a sample by the libjpeg inside dcmjs-codecs, 8 bits as baseline
 * JPEG, whose decoder knows both.
 */
export const decodeJpegExtended: FrameDecoder = async (encoded, format) => {
  const header = readJpegHeader(encoded);
  checkStreamHeader(header, format);
  if (header.bitsPerSample === 8) return decodeJpegBaseline(encoded, format);
  const { Context, NativeCodecs } = await loadCodecs();
  const context = new Context({
    width: format.columns,
    height: format.rows,
    bitsAllocated: 16,
    bitsStored: 12,
    samplesPerPixel: format.samplesPerPixel,
    pixelRepresentation: 0,
    planarConfiguration: 0,
    photometricInterpretation: format.photometricInterpretation,
    encodedBuffer: encoded,
  });
  try {
    const bytes = NativeCodecs.decodeJpeg(context).getDecodedBuffer();
    if (bytes === undefined) throw new UserError('image-damaged');
    return { bytes: bytes.slice(), bytesPerSample: 2, isPlanar: false, isRgb: false };
  } catch (error) {
    throw new UserError('image-damaged', {}, { cause: error });
  }
};
