import { emscriptenDecoder, silentModule } from './emscriptenDecoder.ts';
import type { FrameDecoder } from './FrameDecoder.ts';
import { checkStreamHeader, readJpegHeader } from './readJpegHeader.ts';

const decode = emscriptenDecoder(async () => {
  const { default: create } = await import('@cornerstonejs/codec-charls/decodewasmjs');
  return (await create(silentModule())).JpegLSDecoder;
});

/** JPEG-LS, lossless and near-lossless (ISO/IEC 14495-1), by CharLS. */
export const decodeJpegLs: FrameDecoder = async (encoded, format) => {
  checkStreamHeader(readJpegHeader(encoded), format);
  return { ...(await decode(encoded, format)), isRgb: false };
};
