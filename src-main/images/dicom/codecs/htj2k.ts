import { emscriptenDecoder, silentModule } from './emscriptenDecoder.ts';
import type { FrameDecoder } from './FrameDecoder.ts';
import { checkStreamHeader, readJpeg2000Header } from './readJpegHeader.ts';

const decode = emscriptenDecoder(async () => {
  const { default: create } = await import('@cornerstonejs/codec-openjph/wasmjs');
  return (await create(silentModule())).HTJ2KDecoder;
});

/** High-Throughput JPEG 2000 (ISO/IEC 15444-15), by OpenJPH, which undoes the colour transform. */
export const decodeHtj2k: FrameDecoder = async (encoded, format) => {
  checkStreamHeader(readJpeg2000Header(encoded), format);
  return { ...(await decode(encoded, format)), isRgb: format.photometricInterpretation !== 'YBR_FULL' };
};
