import type { DataSet } from 'dicom-parser';
import { decodeText } from './decodeText.ts';
import { tags, type Keyword } from './tags.ts';

const maximumTextLength = 256;
// eslint-disable-next-line no-control-regex -- removing them is the purpose
const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Text for people: without control characters and padding, bounded. */
export function tidyText(text: string): string {
  return text.replace(controlCharacters, ' ').trim().slice(0, maximumTextLength);
}

/**
 * Reads values by keyword from a data set or one of its items. A value that is absent, empty or not what its keyword
 * promises is null, so that one odd element never costs the whole file.
 */
export class ElementReader {
  readonly dataSet: DataSet;
  /** The terms of SpecificCharacterSet that its texts are written in. */
  readonly characterSets: readonly string[];

  constructor(dataSet: DataSet, inheritedCharacterSets: readonly string[] = []) {
    this.dataSet = dataSet;
    const own = this.bytes('specificCharacterSet');
    this.characterSets =
      own === null
        ? inheritedCharacterSets
        : String.fromCharCode(...own.subarray(0, maximumTextLength))
            .replaceAll('\0', '')
            .split('\\')
            .map((term) => term.trim());
  }

  has(keyword: Keyword): boolean {
    return this.dataSet.elements[tags[keyword]] !== undefined;
  }

  /** The bytes of a value, a view into the file; null where absent, empty or beyond the file's end. */
  bytes(keyword: Keyword): Uint8Array | null {
    const element = this.dataSet.elements[tags[keyword]];
    if (element === undefined || element.length === 0) return null;
    const end = element.dataOffset + element.length;
    return end > this.dataSet.byteArray.length
      ? null
      : this.dataSet.byteArray.subarray(element.dataOffset, end);
  }

  /** Text for people and for comparing: first value, decoded, without control characters and padding, bounded. */
  text(keyword: Keyword): string | null {
    return tidyText(this.texts(keyword)[0] ?? '') || null;
  }

  /** The numbers of a decimal or integer string (VR DS, IS); empty unless every one is finite. */
  numbers(keyword: Keyword): number[] {
    const values = this.texts(keyword).map((text) => (text.trim() === '' ? NaN : Number(text.trim())));
    return values.every(Number.isFinite) ? values : [];
  }

  /** The first of `numbers`. */
  number(keyword: Keyword): number | null {
    const first = this.texts(keyword)[0]?.trim() ?? '';
    return first === '' || !Number.isFinite(Number(first)) ? null : Number(first);
  }

  /** An unsigned 16-bit value (VR US). */
  uint16(keyword: Keyword, index = 0): number | null {
    const bytes = this.bytes(keyword);
    return bytes === null || bytes.length < 2 * index + 2
      ? null
      : (this.dataSet.uint16(tags[keyword], index) ?? null);
  }

  /** The items of a sequence. */
  items(keyword: Keyword): ElementReader[] {
    const items = this.dataSet.elements[tags[keyword]]?.items ?? [];
    return items.flatMap(({ dataSet }) =>
      dataSet === undefined ? [] : [new ElementReader(dataSet, this.characterSets)],
    );
  }

  /** All values of a text element, decoded, padding at the end removed. */
  texts(keyword: Keyword): string[] {
    const bytes = this.bytes(keyword);
    if (bytes === null) return [];
    // Four bytes a character at most, and a few values: enough for every text that we read.
    return decodeText(bytes.subarray(0, 16 * maximumTextLength), this.characterSets)
      .replace(/[\0 ]+$/, '')
      .split('\\');
  }
}
