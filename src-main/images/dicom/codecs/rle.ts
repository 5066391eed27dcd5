import { UserError } from '../../../../src-shared/errors.ts';
import type { FrameDecoder } from './FrameDecoder.ts';

const headerLength = 64;

function damaged(reason: string): UserError {
  return new UserError('image-damaged', { reason });
}

/**
 * Run-length encoding (PS3.5 annex G): one PackBits segment for each byte of each sample, most significant first. The
 * header is sixteen 32-bit numbers, the count of segments and their offsets.
 *
 *     n in 0…127     copy the next n + 1 bytes
 *     n in 129…255   repeat the next byte 257 − n times
 *     n = 128        nothing
 */
export const decodeRle: FrameDecoder = (encoded, { rows, columns, samplesPerPixel, bitsAllocated }) => {
  const bytesPerSample = (Math.min(bitsAllocated, 32) / 8) as 1 | 2 | 4;
  const segments = samplesPerPixel * bytesPerSample;
  const header = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  if (encoded.length < headerLength || header.getUint32(0, true) !== segments || segments > 15) {
    throw damaged('Its RLE header does not fit.');
  }
  const plane = rows * columns * bytesPerSample;
  const bytes = new Uint8Array(plane * samplesPerPixel);
  for (let segment = 0; segment < segments; segment++) {
    const start = header.getUint32(4 + 4 * segment, true);
    const end = segment + 1 < segments ? header.getUint32(8 + 4 * segment, true) : encoded.length;
    if (start < headerLength || end < start || end > encoded.length)
      throw damaged('Its RLE segments do not fit.');
    const component = Math.floor(segment / bytesPerSample);
    const first = component * plane + bytesPerSample - 1 - (segment % bytesPerSample);
    unpack(encoded.subarray(start, end), bytes, first, (component + 1) * plane, bytesPerSample);
  }
  return { bytes, bytesPerSample, isPlanar: true, isRgb: false };
};

/** Unpacks a segment into every `step`-th byte of `target` from `first` up to `end`. */
function unpack(packed: Uint8Array, target: Uint8Array, first: number, end: number, step: number): void {
  let from = 0;
  for (let at = first; at < end;) {
    const control = packed[from++];
    if (control === 128) continue;
    const isRun = control !== undefined && control > 128;
    const count = isRun ? 257 - control : (control ?? 0) + 1;
    if (from + (isRun ? 1 : count) > packed.length) throw damaged('An RLE segment ends too early.');
    for (let left = count; left > 0 && at < end; left--, at += step)
      target[at] = packed[isRun ? from : from++] ?? 0;
    if (isRun) from++;
  }
}
