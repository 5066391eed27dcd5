import { hash } from 'node:crypto';

/**
 * Identity of a file: the SHA-256 of its bytes, in lower-case hex. Two copies of a file share it wherever
 * they lie; a picture saved anew does not.
 */
export function hashContent(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}
