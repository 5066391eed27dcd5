import type { Samples } from '../../../src-shared/domain/slice.ts';
import { UserError } from '../../../src-shared/errors.ts';
import type { DecodedFrame } from './codecs/FrameDecoder.ts';
import type { PixelFormat } from './readPixelFormat.ts';

/**
 * The stored values of a frame, without copying where the widths agree. What lies above the high bit, such as overlay
 * planes in the unused bits of old files, is cut off, and signed values are extended from the high bit (PS3.5 8.1.1):
 *
 *     v = (cell << (31 − highBit)) >> (32 − bitsStored)
 *
 * with `>>` signed or unsigned like the samples.
 *
 * @returns all components in the frame's order
 * @throws UserError 'image-damaged' where a stream has other widths than the header allows
 */
export function storedSamples(frame: DecodedFrame, format: PixelFormat): Samples {
  const samples = typedSamples(frame, format);
  const { bitsAllocated, bitsStored, highBit, isSigned, isFloat } = format;
  if (isFloat || bitsStored === bitsAllocated) return samples;
  const [up, down] = [31 - highBit, 32 - bitsStored];
  if (isSigned) for (let i = 0; i < samples.length; i++) samples[i] = ((samples[i] ?? 0) << up) >> down;
  else for (let i = 0; i < samples.length; i++) samples[i] = ((samples[i] ?? 0) << up) >>> down;
  return samples;
}

function typedSamples({ bytes, bytesPerSample }: DecodedFrame, format: PixelFormat): Samples {
  const { bitsAllocated, isSigned, isFloat } = format;
  const { buffer } = bytes;
  if (bitsAllocated === 16 && bytesPerSample === 1)
    return isSigned ? Int16Array.from(bytes) : Uint16Array.from(bytes);
  if (bitsAllocated !== 8 * bytesPerSample) {
    throw new UserError('image-damaged', {
      reason: `Its samples have ${8 * bytesPerSample} bits, not ${bitsAllocated}.`,
    });
  }
  switch (bytesPerSample) {
    case 1:
      return isSigned ? new Int8Array(buffer) : bytes;
    case 2:
      return isSigned ? new Int16Array(buffer) : new Uint16Array(buffer);
    case 4:
      if (isFloat) return new Float32Array(buffer);
      return isSigned ? new Int32Array(buffer) : new Uint32Array(buffer);
    case 8:
      return Float32Array.from(new Float64Array(buffer));
  }
}
