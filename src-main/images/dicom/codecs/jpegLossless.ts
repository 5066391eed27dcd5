import { UserError } from '../../../../src-shared/errors.ts';
import type { FrameDecoder } from './FrameDecoder.ts';
import { checkStreamHeader, readJpegHeader } from './readJpegHeader.ts';

/** Lossless JPEG, process 14 with any predictor (ITU-T T.81 annex H), by jpeg-lossless-decoder-js. */
export const decodeJpegLossless: FrameDecoder = async (encoded, format) => {
  const header = readJpegHeader(encoded);
  checkStreamHeader(header, format);
  const { Decoder } = await import('jpeg-lossless-decoder-js');
  try {
    // The decoder wants a whole ArrayBuffer and reads a byte or two beyond the stream's end.
    const { buffer } = Uint8Array.from(encoded);
    const bytes = new Uint8Array(new Decoder().decompress(buffer, 0, buffer.byteLength));
    return { bytes, bytesPerSample: header.bitsPerSample <= 8 ? 1 : 2, isPlanar: false, isRgb: false };
  } catch (error) {
    throw new UserError('image-damaged', {}, { cause: error });
  }
};
