import { UserError } from '../../../src-shared/errors.ts';
import type { DecodedFrame, FrameDecoder } from './codecs/FrameDecoder.ts';
import { frameLength, type PixelFormat } from './readPixelFormat.ts';
import type { CodecName, TransferSyntax } from './transferSyntaxes.ts';

/** Each codec's module is loaded on first use, so that an uncompressed file pays for none. */
const decoders: Record<Exclude<CodecName, 'none'>, () => Promise<FrameDecoder>> = {
  rle: async () => (await import('./codecs/rle.ts')).decodeRle,
  'jpeg-baseline': async () => (await import('./codecs/jpegBaseline.ts')).decodeJpegBaseline,
  'jpeg-extended': async () => (await import('./codecs/jpegExtended.ts')).decodeJpegExtended,
  'jpeg-lossless': async () => (await import('./codecs/jpegLossless.ts')).decodeJpegLossless,
  'jpeg-ls': async () => (await import('./codecs/jpegLs.ts')).decodeJpegLs,
  'jpeg-2000': async () => (await import('./codecs/jpeg2000.ts')).decodeJpeg2000,
  htj2k: async () => (await import('./codecs/htj2k.ts')).decodeHtj2k,
};

/** Uncompressed samples: copied, since the file's bytes belong to the caller, and brought to little endian. */
function copyFrame(stored: Uint8Array, format: PixelFormat, isBigEndian: boolean): DecodedFrame {
  const [expected, found] = [frameLength(format), stored.length];
  if (found < expected) throw new UserError('dicom-wrong-pixel-length', { expected, found });
  const bytesPerSample = (format.bitsAllocated / 8) as DecodedFrame['bytesPerSample'];
  const bytes = new Uint8Array(stored.subarray(0, expected));
  if (isBigEndian) {
    const buffer = Buffer.from(bytes.buffer);
    if (bytesPerSample === 2) buffer.swap16();
    if (bytesPerSample === 4) buffer.swap32();
    if (bytesPerSample === 8) buffer.swap64();
  }
  return { bytes, bytesPerSample, isPlanar: format.isPlanar, isRgb: false };
}

/**
 * Undoes the compression of one frame and checks that it has the size of its header.
 *
 * @throws UserError 'dicom-unsupported-transfer-syntax', 'dicom-wrong-pixel-length', 'image-damaged'
 */
export async function decodeFrame(
  stored: Uint8Array,
  format: PixelFormat,
  { codec, encoding, name }: TransferSyntax,
): Promise<DecodedFrame> {
  if (codec === null) throw new UserError('dicom-unsupported-transfer-syntax', { transferSyntax: name });
  if (codec === 'none') return copyFrame(stored, format, encoding === 'explicit-big');
  const decode = await decoders[codec]();
  const frame = await decode(stored, format);
  const expected = format.rows * format.columns * format.samplesPerPixel * frame.bytesPerSample;
  const found = frame.bytes.length;
  if (found !== expected) {
    throw new UserError('image-damaged', { reason: `It decodes to ${found} bytes instead of ${expected}.` });
  }
  return frame;
}
