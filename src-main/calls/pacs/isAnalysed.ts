/** Objects that hold no slice of an examination: pictures of screens, and whatever is no picture. */
const notAnalysed = [
  '1.2.840.10008.5.1.4.1.1.7',
  '1.2.840.10008.5.1.4.1.1.88.',
  '1.2.840.10008.5.1.4.1.1.11.',
  '1.2.840.10008.5.1.4.1.1.104.',
  '1.2.840.10008.5.1.4.1.1.66',
] as const;

/**
 * True for the classes of objects that are analysed. An archive that does not name the class of an instance (null) gives
 * it all the same; reading tells.
 */
export function isAnalysed(sopClassUid: string | null): boolean {
  return sopClassUid === null || !notAnalysed.some((start) => sopClassUid.startsWith(start));
}
