import { attributeTag } from './attributeRule.ts';
import type { NewElement } from './writeDataSet.ts';

/**
 * Values that stand in for others. All text is ASCII, which is right in every character set of DICOM.
 */
const dummies: Readonly<Record<string, string>> = {
  AE: 'ANONYMIZED',
  AS: '000Y',
  CS: 'ANONYMIZED',
  DA: '19000101',
  DS: '0',
  DT: '19000101000000',
  IS: '0',
  LO: 'ANONYMIZED',
  LT: 'ANONYMIZED',
  PN: 'ANONYMIZED',
  SH: 'ANONYMIZED',
  ST: 'ANONYMIZED',
  TM: '000000',
  UC: 'ANONYMIZED',
  UR: 'http://anonymized.invalid',
  UT: 'ANONYMIZED',
};
const numberSizes: Readonly<Record<string, number>> = {
  FL: 4,
  FD: 8,
  SL: 4,
  SS: 2,
  UL: 4,
  US: 2,
  SV: 8,
  UV: 8,
  AT: 4,
};

/** ASCII text as the bytes of a value; UIDs are padded by a zero byte (PS3.5 9.1), all else by whoever writes them. */
export function textValue(text: string, representation: string): Uint8Array {
  return Buffer.from(representation === 'UI' && text.length % 2 === 1 ? `${text}\0` : text, 'latin1');
}

/** A value of the representation that says nothing and is not empty; two zero bytes for those without a text. */
export function dummyValue(representation: string): Uint8Array {
  const text = dummies[representation];
  return text === undefined
    ? new Uint8Array(numberSizes[representation] ?? 2)
    : textValue(text, representation);
}

/** An element by its keyword, in its usual representation, with ASCII text or items. @throws Error for a wrong keyword */
export function namedElement(keyword: string, value: string | NewElement[][]): NewElement {
  const { tag, representation } = attributeTag(keyword);
  return { tag, representation, value: typeof value === 'string' ? textValue(value, representation) : value };
}
