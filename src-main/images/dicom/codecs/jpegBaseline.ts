import { emscriptenDecoder, silentModule } from './emscriptenDecoder.ts';
import type { FrameDecoder } from './FrameDecoder.ts';
import { checkStreamHeader, readJpegHeader } from './readJpegHeader.ts';

const decode = emscriptenDecoder(async () => {
  const { default: create } = await import('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs');
  return (await create(silentModule())).JPEGDecoder;
});

/** SOI and an Adobe segment that says "no colour transform" (Adobe technical note 5116). */
const startOfRgbStream = Uint8Array.of(
  ...[0xff, 0xd8, 0xff, 0xee, 0, 14],
  ...[0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0],
);

function withRgbMarker(stream: Uint8Array): Uint8Array {
  const marked = new Uint8Array(startOfRgbStream.length + stream.length - 2);
  marked.set(startOfRgbStream);
  marked.set(stream.subarray(2), startOfRgbStream.length);
  return marked;
}

/**
 * JPEG with 8 bits a sample (ITU-T T.81 processes 1, 2 and 4), by libjpeg-turbo, which turns YCbCr into RGB. It takes
 * three components for YCbCr unless the stream says otherwise; where only the DICOM header says RGB, we tell it.
 */
export const decodeJpegBaseline: FrameDecoder = async (encoded, format) => {
  const header = readJpegHeader(encoded);
  checkStreamHeader(header, format);
  const isSilentRgb = format.photometricInterpretation === 'RGB' && !header.namesColourSpace;
  return { ...(await decode(isSilentRgb ? withRgbMarker(encoded) : encoded, format)), isRgb: true };
};
