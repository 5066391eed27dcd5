import { emscriptenDecoder, silentModule } from './emscriptenDecoder.ts';
import type { FrameDecoder } from './FrameDecoder.ts';
import { checkStreamHeader, readJpeg2000Header } from './readJpegHeader.ts';

const decode = emscriptenDecoder(async () => {
  const { default: create } = await import('@cornerstonejs/codec-openjpeg/decodewasmjs');
  return (await create(silentModule())).J2KDecoder;
});

/** JPEG 2000 part 1 (ISO/IEC 15444-1), reversible and irreversible, by OpenJPEG, which undoes the colour transform. */
export const decodeJpeg2000: FrameDecoder = async (encoded, format) => {
  checkStreamHeader(readJpeg2000Header(encoded), format);
  return { ...(await decode(encoded, format)), isRgb: format.photometricInterpretation !== 'YBR_FULL' };
};
