/**
 * A UID under 2.25 (PS3.5 B.2) from the first 16 bytes of a digest, as a UUID of version 8 (RFC 9562): equal digests give
 * equal UIDs.
 */
export function uidOfDigest(digest: Uint8Array): string {
  const bytes = Buffer.from(digest.subarray(0, 16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`;
}
