import type { PixelFormat } from '../readPixelFormat.ts';

/** A frame after its compression was undone. */
export interface DecodedFrame {
  /** Little-endian samples, a whole buffer that nobody else holds. */
  bytes: Uint8Array<ArrayBuffer>;
  bytesPerSample: 1 | 2 | 4 | 8;
  /** Colour by plane instead of by pixel. */
  isPlanar: boolean;
  /** True where the decoder has turned its colour space into RGB. */
  isRgb: boolean;
}

/**
 * Undoes the compression of one frame.
 *
 * @throws UserError 'image-damaged', also where the stream is not of the size that the header says
 */
export type FrameDecoder = (encoded: Uint8Array, format: PixelFormat) => DecodedFrame | Promise<DecodedFrame>;
