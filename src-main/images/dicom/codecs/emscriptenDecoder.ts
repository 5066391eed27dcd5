import { UserError } from '../../../../src-shared/errors.ts';
import type { PixelFormat } from '../readPixelFormat.ts';
import type { DecodedFrame } from './FrameDecoder.ts';
import { checkStreamHeader } from './readJpegHeader.ts';

/**
 * Options that keep codecs, which report their progress, off the console, which belongs to the command line's results. A
 * module keeps the object for itself, so each needs its own.
 */
export function silentModule(): { print: () => void; printErr: () => void } {
  return { print: () => {}, printErr: () => {} };
}

/**
 * Runs frames through a decoder of an Emscripten module. The module is loaded on first use and kept, but forgotten after
 * any failure: a trap leaves its memory undefined, and a fresh one costs milliseconds.
 *
 * @param load - loads the module and returns its decoder class
 */
export function emscriptenDecoder(
  load: () => Promise<new () => EmscriptenDecoder>,
): (encoded: Uint8Array, format: PixelFormat) => Promise<Omit<DecodedFrame, 'isRgb'>> {
  let loaded: Promise<new () => EmscriptenDecoder> | null = null;
  return async (encoded, format) => {
    loaded ??= load().catch((error: unknown) => {
      loaded = null;
      throw error;
    });
    const Decoder = await loaded;
    try {
      return decode(new Decoder(), encoded, format);
    } catch (error) {
      loaded = null;
      throw error instanceof UserError ? error : new UserError('image-damaged', {}, { cause: error });
    }
  };
}

function decode(
  decoder: EmscriptenDecoder,
  encoded: Uint8Array,
  format: PixelFormat,
): Omit<DecodedFrame, 'isRgb'> {
  decoder.getEncodedBuffer(encoded.length).set(encoded);
  decoder.decode();
  const { width, height, componentCount, bitsPerSample } = decoder.getFrameInfo();
  checkStreamHeader({ columns: width, rows: height, components: componentCount, bitsPerSample }, format);
  const bytes = new Uint8Array(decoder.getDecodedBuffer());
  decoder.delete();
  return { bytes, bytesPerSample: bitsPerSample <= 8 ? 1 : 2, isPlanar: false };
}
