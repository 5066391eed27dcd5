import { tags } from '../tags.ts';

/** How elements are written; a deflated data set is `explicit-little` inside. */
export type ElementEncoding = 'implicit-little' | 'explicit-little' | 'explicit-big';

/** An element to write. A value is its bytes in the file's byte order, the items of a sequence, or frames in fragments. */
export interface NewElement {
  /** As dicom-parser writes it: `x` and eight hexadecimal digits. */
  tag: string;
  /** Two letters; not written where the encoding has no room for it. */
  representation: string;
  value: Uint8Array | readonly NewElement[][] | EncapsulatedFrames;
}

/** Compressed pixels: the basic offset table, then the fragments, each as it stands. */
export interface EncapsulatedFrames {
  fragments: readonly Uint8Array[];
}

const undefinedLength = 0xffffffff;
/** Representations whose length takes two bytes in explicit encodings (PS3.5 table 7.1-2). */
const shortLengths = new Set('AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US'.split(' '));
const textRepresentations = new Set('AE AS CS DA DS DT IS LO LT PN SH ST TM UC UR UT'.split(' '));
const longestShortValue = 0xfffe;

/**
 * Elements as bytes, in the order of their tags (PS3.5 7). Lengths are computed and defined, except that of encapsulated
 * pixels; values of odd length are padded.
 *
 * @returns the stretches to put one after another; values are handed on, not copied
 */
export function writeDataSet(elements: readonly NewElement[], encoding: ElementEncoding): Uint8Array[] {
  return [...elements]
    .sort((a, b) => (a.tag < b.tag ? -1 : 1))
    .flatMap((element) => writeElement(element, encoding));
}

function writeElement({ tag, representation, value }: NewElement, encoding: ElementEncoding): Uint8Array[] {
  if (value instanceof Uint8Array) {
    const padding = value.length % 2 === 0 ? [] : [paddingOf(representation)];
    return [header(tag, representation, value.length + padding.length, encoding), value, ...padding];
  }
  if ('fragments' in value) {
    return [
      header(tag, representation, undefinedLength, encoding),
      ...value.fragments.flatMap((part) => [delimiter(tags.item, part.length, encoding), part]),
      delimiter(tags.sequenceDelimitationItem, 0, encoding),
    ];
  }
  const items = value.flatMap((item) => {
    const content = writeDataSet(item, encoding);
    return [delimiter(tags.item, totalLength(content), encoding), ...content];
  });
  return [header(tag, representation, totalLength(items), encoding), ...items];
}

/** The bytes of stretches together. */
export function totalLength(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function paddingOf(representation: string): Uint8Array {
  return Uint8Array.of(textRepresentations.has(representation) ? 0x20 : 0);
}

function header(tag: string, representation: string, length: number, encoding: ElementEncoding): Uint8Array {
  if (encoding === 'implicit-little') return delimiter(tag, length, encoding);
  // A value too long for the short form can only be written as UN (PS3.5 6.2.2 note).
  const isShort = shortLengths.has(representation);
  const written = isShort && length > longestShortValue ? 'UN' : representation;
  const isLittle = encoding === 'explicit-little';
  const bytes = new Uint8Array(written === representation && isShort ? 8 : 12);
  const view = writeTag(bytes, tag, isLittle);
  bytes[4] = written.charCodeAt(0);
  bytes[5] = written.charCodeAt(1);
  if (bytes.length === 8) view.setUint16(6, length, isLittle);
  else view.setUint32(8, length, isLittle);
  return bytes;
}

function delimiter(tag: string, length: number, encoding: ElementEncoding): Uint8Array {
  const bytes = new Uint8Array(8);
  const isLittle = encoding !== 'explicit-big';
  writeTag(bytes, tag, isLittle).setUint32(4, length, isLittle);
  return bytes;
}

function writeTag(bytes: Uint8Array, tag: string, isLittle: boolean): DataView {
  const view = new DataView(bytes.buffer);
  view.setUint16(0, parseInt(tag.slice(1, 5), 16), isLittle);
  view.setUint16(2, parseInt(tag.slice(5), 16), isLittle);
  return view;
}
