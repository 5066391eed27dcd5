import { createHash } from 'node:crypto';
import type { Slice } from '../../src-shared/domain/slice.ts';

/**
 * Identity of a decoded picture: the SHA-256 of its size, number type and samples, in lower-case hex. The
 * same picture in two lossless files shares it, and so do blank slices of different patients, so it finds
 * duplicates but names no slice.
 */
export function hashPixels({ rows, columns, samples }: Pick<Slice, 'rows' | 'columns' | 'samples'>): string {
  const kind = samples.constructor.name;
  return createHash('sha256').update(`${rows}×${columns} ${kind}\n`).update(samples).digest('hex');
}
