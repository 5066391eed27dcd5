import type { DataSet, Element } from 'dicom-parser';
import { decodeText } from '../decodeText.ts';
import { attributeRule } from './attributeRule.ts';

/** Attributes besides names whose values must not turn up anywhere else. */
const identifiers = new Set([
  'PatientID',
  'OtherPatientIDs',
  'PatientBirthDate',
  'PatientAddress',
  'PatientTelephoneNumbers',
  'MedicalRecordLocator',
  'AccessionNumber',
  'AdmissionID',
]);

const patientGroup = /^x0010/;
const betweenWords = /[^\p{L}\p{M}\p{N}]+/u;
const shortestWithin = 5;
const shortestIdentifier = 4;

/**
 * What a file itself says about who its patient is: the parts of the names and the identifiers. People type them into
 * attributes that ought not to hold them, and the profile keeps those.
 */
export class IdentifyingWords {
  /** Lower case. */
  readonly #words = new Set<string>();
  readonly #identifiers = new Set<string>();
  readonly #bytes = new Map<string, Buffer>();

  constructor(dataSet: DataSet, characterSets: readonly string[]) {
    this.#collect(dataSet, characterSets);
  }

  /** True for a text that repeats part of a name as a word of its own, or a long part or an identifier within one. */
  isIn(text: string): boolean {
    const lower = text.toLowerCase();
    if (lower.split(betweenWords).some((word) => this.#words.has(word))) return true;
    // Not every script puts spaces between words.
    const long = [...this.#words].filter((word) => word.length >= shortestWithin || !isLatin(word));
    return [...long, ...this.#identifiers].some((part) => lower.includes(part));
  }

  /** True for a number that is written exactly as an identifier; short ones agree by accident. */
  isNumber(text: string): boolean {
    return text.length > shortestIdentifier && this.#identifiers.has(text);
  }

  /** True where bytes of any kind hold five bytes or more of a name or an identifier as the file writes it. */
  areInBytes(bytes: Uint8Array): boolean {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return [...this.#bytes.values()].some((part) => buffer.includes(part));
  }

  #collect(dataSet: DataSet, characterSets: readonly string[]): void {
    for (const element of Object.values(dataSet.elements)) {
      for (const item of element.items ?? [])
        if (item.dataSet !== undefined) this.#collect(item.dataSet, characterSets);
      const rule = attributeRule(element.tag);
      if (rule === null || element.items !== undefined) continue;
      const isName = patientGroup.test(element.tag) && rule.representations[0] === 'PN';
      if (isName) this.#addNames(valueOf(element, dataSet), characterSets);
      else if (identifiers.has(rule.keyword)) this.#addIdentifiers(valueOf(element, dataSet), characterSets);
    }
  }

  #addNames(bytes: Buffer, characterSets: readonly string[]): void {
    for (const word of decodeText(bytes, characterSets).toLowerCase().split(betweenWords))
      if (isTelling(word)) this.#words.add(word);
    // Whatever the character set: letters lie between the separators of names.
    for (const part of bytes.toString('latin1').split(/[\0-\x20=^\\,]+/)) this.#addBytes(part);
  }

  #addIdentifiers(bytes: Buffer, characterSets: readonly string[]): void {
    for (const value of decodeText(bytes, characterSets).split('\\')) {
      const identifier = value.replaceAll('\0', '').trim().toLowerCase();
      if (identifier.length >= shortestIdentifier) this.#identifiers.add(identifier);
    }
    for (const part of bytes.toString('latin1').split('\\')) this.#addBytes(part.replaceAll('\0', '').trim());
  }

  #addBytes(part: string): void {
    if (part.length >= shortestWithin) this.#bytes.set(part, Buffer.from(part, 'latin1'));
  }
}

/** Two letters of Latin script say nothing; two characters of another may be a whole name. */
function isTelling(word: string): boolean {
  return word.length >= 3 || (word.length === 2 && !isLatin(word));
}

function isLatin(word: string): boolean {
  return /^[\p{Script=Latin}\p{N}\p{M}]*$/u.test(word);
}

function valueOf({ dataOffset, length }: Element, { byteArray }: DataSet): Buffer {
  return Buffer.from(byteArray.subarray(dataOffset, dataOffset + length));
}
