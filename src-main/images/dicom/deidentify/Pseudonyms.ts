import { createHmac, randomBytes } from 'node:crypto';
import { uidOfDigest } from '../uidOfDigest.ts';

const mostShiftedDays = 3650;
/** Without letters and digits that look alike. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/**
 * Names for patients and objects that mean nothing to whoever lacks the key, and the same ones for the same originals.
 * One instance serves one export, so that its studies and series stay together; its key is never written anywhere, so
 * that nobody can go back, not even by trying all patient IDs.
 */
export class Pseudonyms {
  readonly #key: Uint8Array;

  /** @param key - 32 random bytes; given only by tests */
  constructor(key: Uint8Array = randomBytes(32)) {
    this.#key = key;
  }

  /** A UID under 2.25 from a UUID of version 8 (PS3.5 B.2, RFC 9562) made of HMAC-SHA256 of the original. */
  uid(original: string): string {
    return uidOfDigest(this.#digest('uid', original));
  }

  /** The name and ID of a patient, for example `P-7QK2M9XD4T`: 50 bits. */
  patient(identity: string): string {
    const digest = this.#digest('patient', identity);
    return `P-${Array.from(digest.subarray(0, 10), (byte) => alphabet[byte & 31]).join('')}`;
  }

  /** By how many days a patient's dates move into the past: 1 to 3650. */
  shiftDays(identity: string): number {
    return 1 + (this.#digest('dates', identity).readUInt32BE(0) % mostShiftedDays);
  }

  #digest(purpose: string, original: string): Buffer {
    return createHmac('sha256', this.#key).update(`${purpose}\0${original}`).digest();
  }
}
