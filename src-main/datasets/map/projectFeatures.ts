import { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';

/** Numbers that are kept of a picture's features. */
export const mapWidth = 64;

/** Fixed, so that features that were kept at different times lie in one space. */
const projectionSeed = 20261127;

/**
 * A random projection that keeps distances between features, up to some 20 %, in far fewer numbers:
 *
 *     y = R x / √k,   R(i, j) = ±1 with equal chance,   k = `mapWidth`
 *
 * Achlioptas, "Database-friendly random projections", J. Comput. Syst. Sci. 66 (2003), theorem 1.1.
 *
 * @param length - of the features
 * @returns projects one picture's features
 */
export function makeProjection(length: number): (features: Float32Array) => Float32Array<ArrayBuffer> {
  const stream = new RandomStream(projectionSeed, length);
  const signs = Int8Array.from({ length: mapWidth * length }, () => (stream.happens(0.5) ? 1 : -1));
  return (features) => {
    const out = new Float32Array(mapWidth);
    for (let i = 0; i < mapWidth; i++) {
      let sum = 0;
      for (let j = 0; j < length; j++) sum += signs[i * length + j]! * features[j]!;
      out[i] = sum / Math.sqrt(mapWidth);
    }
    return out;
  };
}
