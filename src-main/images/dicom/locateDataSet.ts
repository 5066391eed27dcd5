import { defaultTransferSyntaxUid } from './transferSyntaxes.ts';

/** Where the elements of a file begin, and the syntax to assume until the file names one. */
export interface Location {
  offset: number;
  assumedTransferSyntaxUid: string;
}

const preambleLength = 128;
const valueRepresentations = new Set(
  'AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV'.split(
    ' ',
  ),
);

/**
 * True where the six bytes at `offset` are a tag followed by a known value representation, so that the element is
 * written with explicit VR (DICOM PS3.5 7.1.2). Files that claim the other encoding are common enough to look.
 */
export function isExplicitElement(bytes: Uint8Array, offset: number): boolean {
  return valueRepresentations.has(String.fromCharCode(bytes[offset + 4] ?? 0, bytes[offset + 5] ?? 0));
}

/** True where two implicit elements of the identifying group follow each other in order, with short, even lengths. */
function isImplicitStart(bytes: Uint8Array): boolean {
  if (bytes.length < 16) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [element, length] = [view.getUint16(2, true), view.getUint32(4, true)];
  const next = 8 + length;
  if (element > 0x0100 || length > 1024 || length % 2 === 1 || next + 8 > bytes.length) return false;
  const nextGroup = view.getUint16(next, true);
  return nextGroup === 0x0008
    ? view.getUint16(next + 2, true) > element
    : nextGroup > 0x0008 && nextGroup < 0x0030;
}

/**
 * Finds the first element of a DICOM file (PS3.10 7.1): after the preamble and "DICM", or at the very start of a file
 * that was stored without them and begins with group 0002 or 0008 in any of the three encodings.
 *
 * @returns null where the bytes are not DICOM
 */
export function locateDataSet(bytes: Uint8Array): Location | null {
  const { implicit, explicitLittle, explicitBig } = defaultTransferSyntaxUid;
  const prefix = bytes.subarray(preambleLength, preambleLength + 4);
  if (String.fromCharCode(...prefix) === 'DICM') {
    return { offset: preambleLength + 4, assumedTransferSyntaxUid: explicitLittle };
  }
  const [first, second] = bytes;
  const isExplicit = isExplicitElement(bytes, 0);
  if (second === 0 && (first === 2 || first === 8) && isExplicit) {
    return { offset: 0, assumedTransferSyntaxUid: explicitLittle };
  }
  if (first === 0 && second === 8 && isExplicit) return { offset: 0, assumedTransferSyntaxUid: explicitBig };
  if (first === 8 && second === 0 && isImplicitStart(bytes)) {
    return { offset: 0, assumedTransferSyntaxUid: implicit };
  }
  return null;
}
