import { createHash } from 'node:crypto';

/**
 * The name that stands for a case where names are hidden: "Patient 7F3A".
 *
 *     digits = first n ≥ 4 hex digits of SHA-256(salt ‖ identity)
 *
 * The salt is the case's own, so two stores, or a case that was erased and came back, cannot be linked by it.
 * As many digits are taken as it needs to differ from every other case of the store.
 *
 * @param isTaken - whether another case has this name
 */
export function maskedName(
  salt: Uint8Array,
  { identity, isPatient }: { identity: string; isPatient: boolean },
  isTaken: (name: string) => boolean,
): string {
  const digits = createHash('sha256').update(salt).update(identity).digest('hex').toUpperCase();
  const noun = isPatient ? 'Patient' : 'Picture';
  let length = 4;
  while (isTaken(`${noun} ${digits.slice(0, length)}`) && length < digits.length) length++;
  return `${noun} ${digits.slice(0, length)}`;
}
