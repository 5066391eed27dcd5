import type { Samples } from '../../src-shared/domain/slice.ts';
import type { SamplerKind } from './shaders.ts';

/** How samples lie in a texture, without losing a bit. */
export interface TextureFormat {
  sampler: SamplerKind;
  internalFormat: GLenum;
  format: GLenum;
  type: GLenum;
}

/** The texture format that holds the samples as they are. */
export function textureFormat(gl: WebGL2RenderingContext, samples: Samples): TextureFormat {
  const signed = { sampler: 'isampler2D', format: gl.RED_INTEGER } as const;
  const unsigned = { sampler: 'usampler2D', format: gl.RED_INTEGER } as const;
  if (samples instanceof Int8Array) return { ...signed, internalFormat: gl.R8I, type: gl.BYTE };
  if (samples instanceof Int16Array) return { ...signed, internalFormat: gl.R16I, type: gl.SHORT };
  if (samples instanceof Int32Array) return { ...signed, internalFormat: gl.R32I, type: gl.INT };
  if (samples instanceof Uint8Array) return { ...unsigned, internalFormat: gl.R8UI, type: gl.UNSIGNED_BYTE };
  if (samples instanceof Uint16Array)
    return { ...unsigned, internalFormat: gl.R16UI, type: gl.UNSIGNED_SHORT };
  if (samples instanceof Uint32Array) return { ...unsigned, internalFormat: gl.R32UI, type: gl.UNSIGNED_INT };
  return { sampler: 'sampler2D', internalFormat: gl.R32F, format: gl.RED, type: gl.FLOAT };
}

interface SampledPicture {
  rows: number;
  columns: number;
  samples: Samples;
}

/**
 * The picture, or every n-th row and column of one that is larger than the graphics card takes
 * (8,192 and more on a side everywhere).
 *
 * @param largest - the longest side that a texture may have
 */
export function fitTexture(picture: SampledPicture, largest: number): SampledPicture {
  const { rows, columns, samples } = picture;
  const step = Math.ceil(Math.max(rows, columns) / largest);
  if (step <= 1) return picture;
  const height = Math.ceil(rows / step);
  const width = Math.ceil(columns / step);
  const fewer = samples.slice(0, height * width);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      fewer[row * width + column] = samples[row * step * columns + column * step]!;
    }
  }
  return { rows: height, columns: width, samples: fewer };
}
