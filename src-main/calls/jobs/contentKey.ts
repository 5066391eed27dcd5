import { hash } from 'node:crypto';
import type { SliceHeader } from '../../../src-shared/domain/slice.ts';

/**
 * What a slice is, wherever its file lies:
 *
 *     SHA-256 of JSON [file hash, frame, plane along which its volume is cut]
 */
export function contentKey(fileHash: string, { frame, volumePlane }: SliceHeader): string {
  return hash('sha256', JSON.stringify([fileHash, frame, volumePlane]), 'hex');
}
