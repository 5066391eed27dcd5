import { createHash } from 'node:crypto';

/** SHA-256 of a vector of weights. */
export function hashVector(values: Float32Array): string {
  return createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');
}
