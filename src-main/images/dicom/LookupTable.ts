import type { Samples } from '../../../src-shared/domain/slice.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { averageColour } from '../averageColour.ts';
import type { ElementReader } from './ElementReader.ts';
import type { Keyword } from './tags.ts';

/** A table of output values for the input values from `first` on (PS3.3 C.11.1.1.1 and C.7.6.3.1.5). */
export interface LookupTable {
  first: number;
  bits: number;
  values: Samples;
}

/**
 * Reads a table: its descriptor holds the number of entries (0 for 65,536), the first input value and the bits of an
 * entry. Entries of 8 bits come packed or one in a word.
 *
 * @param isSigned - the first input value is signed, like the samples
 * @throws UserError 'dicom-damaged' where the table is shorter than its descriptor says
 */
export function readLookupTable(
  elements: ElementReader,
  keywords: { descriptor: Keyword; data: Keyword },
  isSigned: boolean,
): LookupTable {
  const [count, first, bits] = [0, 1, 2].map((index) => elements.uint16(keywords.descriptor, index));
  const length = count || 65_536;
  const bytes = elements.bytes(keywords.data);
  if (
    first === null ||
    first === undefined ||
    !bits ||
    bits > 16 ||
    bytes === null ||
    bytes.length < length * (bits > 8 ? 2 : 1)
  ) {
    throw new UserError('dicom-damaged', { reason: 'Its lookup table is incomplete.' });
  }
  const isPacked = bytes.length < 2 * length;
  const entry = (i: number): number => (isPacked ? bytes[i] : elements.uint16(keywords.data, i)) ?? 0;
  const values = bits > 8 ? new Uint16Array(length) : new Uint8Array(length);
  for (let i = 0; i < length; i++) values[i] = entry(i);
  return { first: isSigned ? (first << 16) >> 16 : first, bits, values };
}

/**
 * The palette of a PALETTE COLOR image as one table of greys, the average of red, green and blue.
 *
 * @throws UserError 'dicom-damaged'; 'dicom-unsupported-photometric-interpretation' for segmented palettes
 */
export function readGreyPalette(elements: ElementReader, isSigned: boolean): LookupTable {
  if (!elements.has('redPalette')) {
    throw new UserError('dicom-unsupported-photometric-interpretation', {
      photometricInterpretation: 'PALETTE COLOR, segmented',
    });
  }
  const [red, green, blue] = [
    readLookupTable(elements, { descriptor: 'redPaletteDescriptor', data: 'redPalette' }, isSigned),
    readLookupTable(elements, { descriptor: 'greenPaletteDescriptor', data: 'greenPalette' }, isSigned),
    readLookupTable(elements, { descriptor: 'bluePaletteDescriptor', data: 'bluePalette' }, isSigned),
  ];
  const colours =
    red.bits > 8 ? new Uint16Array(3 * red.values.length) : new Uint8Array(3 * red.values.length);
  red.values.forEach((value, i) => colours.set([value, green.values[i] ?? 0, blue.values[i] ?? 0], 3 * i));
  return { ...red, values: averageColour(colours, 3) };
}

/** Looks up every sample; values before the first and after the last entry take those. */
export function applyLookupTable(samples: Samples, { first, values }: LookupTable): Samples {
  const last = values.length - 1;
  const mapped =
    values instanceof Uint8Array ? new Uint8Array(samples.length) : new Uint16Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    mapped[i] = values[Math.min(Math.max((samples[i] ?? 0) - first, 0), last)] ?? 0;
  }
  return mapped;
}
