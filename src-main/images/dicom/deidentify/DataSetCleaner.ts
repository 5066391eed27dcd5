import type { DataSet, Element } from 'dicom-parser';
import type { AttributeFate } from '../../../../src-shared/domain/deidentification.ts';
import { decodeText } from '../decodeText.ts';
import { attributeRule } from './attributeRule.ts';
import { chooseTreatment, type TreatmentChoice, type TreatmentContext } from './chooseTreatment.ts';
import { cleanDescription } from './cleanDescription.ts';
import type { IdentifyingWords } from './IdentifyingWords.ts';
import { dummyValue, textValue } from './newValue.ts';
import type { Pseudonyms } from './Pseudonyms.ts';
import { shiftDate } from './shiftDate.ts';
import type { NewElement } from './writeDataSet.ts';

/** What became of one element; a sequence and the elements in it are separate. */
export interface ElementOutcome {
  attribute: string;
  fate: AttributeFate;
  /** The value as it was, for whoever may see it; empty for sequences and binary values. */
  value: string;
}

/** What the elements of one file have in common. */
export interface CleaningContext extends TreatmentContext {
  pseudonyms: Pseudonyms;
  /** Whose pseudonym and whose shift of dates. */
  patientIdentity: string;
  words: IdentifyingWords;
  characterSets: readonly string[];
  /** Hears of every element, but for group lengths and delimiters. */
  onOutcome: (outcome: ElementOutcome) => void;
}

/** A new value, or null where the element goes, and how that is called. */
interface Treated {
  value: NewElement['value'] | null;
  fate: AttributeFate;
}

const removed: Treated = { value: null, fate: 'removed' };

/** Deeper sequences than any object of the standard has. */
const deepestLevel = 16;
const mostShownCharacters = 64;
const binary = /^(OB|OD|OF|OL|OV|OW|UN|US|SS|UL|SL|FL|FD|AT|SV|UV|SQ)$/;
const numberText = /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/;
const uidText = /^[0-9.]{1,64}$/;

/** Treats the elements of a data set and of the items in it, one by one. */
export class DataSetCleaner {
  readonly #context: CleaningContext;

  constructor(context: CleaningContext) {
    this.#context = context;
  }

  /** The elements that stay, with their new values. Pixels are not among them; whoever calls copies those. */
  clean(dataSet: DataSet, level = 0): NewElement[] {
    return Object.values(dataSet.elements).flatMap((element) => {
      if (isStructure(element)) return [];
      return this.#cleanElement(element, dataSet, level);
    });
  }

  #cleanElement(element: Element, dataSet: DataSet, level: number): NewElement[] {
    const choice = chooseTreatment({ tag: element.tag, statedRepresentation: element.vr }, this.#context);
    const { value, fate } = this.#treat(element, choice, dataSet, level);
    this.#context.onOutcome({
      attribute: choice.attribute,
      fate,
      value: binary.test(choice.representation)
        ? ''
        : this.#text(element, dataSet).slice(0, mostShownCharacters),
    });
    return value === null ? [] : [{ tag: element.tag, representation: choice.representation, value }];
  }

  #treat(element: Element, choice: TreatmentChoice, dataSet: DataSet, level: number): Treated {
    const { treatment, representation } = choice;
    if (treatment === 'remove') return removed;
    if (representation === 'SQ') return this.#treatSequence(element, choice, level);
    const text = (): string => this.#text(element, dataSet);
    switch (treatment) {
      case 'empty':
        return { value: new Uint8Array(), fate: 'emptied' };
      case 'dummy':
        return { value: dummyValue(representation), fate: 'replaced' };
      case 'pseudonym':
        return this.#replaced(
          this.#context.pseudonyms.patient(this.#context.patientIdentity),
          representation,
        );
      case 'new-uid':
        return this.#replaced(this.#newUids(text()), representation);
      case 'shift-date':
        return this.#shifted(text(), choice, () => this.#otherwise(element, choice, dataSet, level));
      case 'clean-words':
        return this.#cleaned(text()) ?? this.#otherwise(element, choice, dataSet, level);
      case 'limit-age':
        return this.#limited(text()) ?? removed;
      case 'keep':
        return this.#kept(element, representation, dataSet);
    }
  }

  #otherwise(element: Element, choice: TreatmentChoice, dataSet: DataSet, level: number): Treated {
    return this.#treat(element, { ...choice, treatment: choice.otherwise }, dataSet, level);
  }

  #treatSequence({ items, length }: Element, { treatment }: TreatmentChoice, level: number): Treated {
    if (treatment === 'empty') return { value: [], fate: 'emptied' };
    if ((items === undefined && length > 0) || level >= deepestLevel) return removed;
    const dataSets = (items ?? []).flatMap(({ dataSet }) => (dataSet === undefined ? [] : [dataSet]));
    if (treatment === 'dummy')
      return {
        value: dataSets.slice(0, 1).map((item) => this.#dummyItem(item, level + 1)),
        fate: 'replaced',
      };
    return { value: dataSets.map((item) => this.clean(item, level + 1)), fate: 'kept' };
  }

  /** An item in the shape of another, with a dummy in every place. */
  #dummyItem(dataSet: DataSet, level: number): NewElement[] {
    if (level >= deepestLevel) return [];
    return Object.values(dataSet.elements).flatMap((element): NewElement[] => {
      const representation = attributeRule(element.tag)?.representations[0];
      if (isStructure(element) || representation === undefined) return [];
      const [item] = (element.items ?? []).flatMap(({ dataSet }) => dataSet ?? []);
      const value =
        representation === 'SQ'
          ? [item === undefined ? [] : this.#dummyItem(item, level + 1)]
          : representation === 'UI'
            ? textValue(this.#newUids(this.#text(element, dataSet)), 'UI')
            : dummyValue(representation);
      return [{ tag: element.tag, representation, value }];
    });
  }

  #replaced(text: string, representation: string): Treated {
    return { value: textValue(text, representation), fate: 'replaced' };
  }

  #newUids(text: string): string {
    return text
      .split('\\')
      .map((uid) => (uid === '' || isWellKnownUid(uid) ? uid : this.#context.pseudonyms.uid(uid)))
      .join('\\');
  }

  #shifted(text: string, { representation }: TreatmentChoice, otherwise: () => Treated): Treated {
    const { pseudonyms, patientIdentity } = this.#context;
    if (text === '') return { value: new Uint8Array(), fate: 'kept' };
    const days = pseudonyms.shiftDays(patientIdentity);
    const dates = text.split('\\').map((date) => shiftDate(date, representation, days));
    if (dates.includes(null)) return otherwise();
    const shifted = dates.join('\\');
    return { value: textValue(shifted, representation), fate: shifted === text ? 'kept' : 'shifted' };
  }

  #cleaned(text: string): Treated | null {
    const words = cleanDescription(text)
      .split(' ')
      .filter((word) => !this.#context.words.isIn(word));
    return words.join(' ') === '' ? null : { value: textValue(words.join(' '), 'LO'), fate: 'cleaned' };
  }

  /** Ages of 90 and above are few enough to name people: 090Y stands for all of them. */
  #limited(text: string): Treated | null {
    const [, count, unit] = /^(\d{3})([DWMY])$/.exec(text) ?? [];
    if (count === undefined) return null;
    const isOld = unit === 'Y' && Number(count) >= 90;
    return isOld ? this.#replaced('090Y', 'AS') : { value: textValue(text, 'AS'), fate: 'kept' };
  }

  /** The bytes as they stand, unless they are not what they claim to be or repeat who the patient is. */
  #kept(element: Element, representation: string, dataSet: DataSet): Treated {
    if (element.items !== undefined || element.hadUndefinedLength === true) return removed;
    const value = bytesOf(element, dataSet);
    if (representation === 'UI') {
      const uids = this.#text(element, dataSet);
      const isFine = uids
        .split('\\')
        .every((uid) => uid === '' || isWellKnownUid(uid) || this.#isHarmlessUid(uid));
      return isFine ? { value, fate: 'kept' } : this.#replaced(this.#newUids(uids), 'UI');
    }
    return this.#isTelling(element, representation, dataSet) ? removed : { value, fate: 'kept' };
  }

  /** A UID of a kind of thing that DICOM did not give out; a bare number in its place may be a patient's. */
  #isHarmlessUid(uid: string): boolean {
    return uidText.test(uid) && !this.#context.words.isIn(uid);
  }

  #isTelling(element: Element, representation: string, dataSet: DataSet): boolean {
    const { words } = this.#context;
    if (words.areInBytes(bytesOf(element, dataSet))) return true;
    if (binary.test(representation)) return false;
    const texts = this.#text(element, dataSet).split('\\');
    return representation === 'DS' || representation === 'IS'
      ? texts.some((text) => text !== '' && (!numberText.test(text) || words.isNumber(text.trim())))
      : texts.some((text) => words.isIn(text));
  }

  #text(element: Element, dataSet: DataSet): string {
    const text = decodeText(bytesOf(element, dataSet), this.#context.characterSets);
    return text.replace(/[\0 ]+$/, '');
  }
}

/** Group lengths, which the writer does without, and delimiters of items. */
function isStructure({ tag }: Element): boolean {
  return tag.endsWith('0000') || tag.startsWith('xfffe');
}

function bytesOf({ dataOffset, length }: Element, { byteArray }: DataSet): Uint8Array {
  return byteArray.subarray(dataOffset, dataOffset + length);
}

/** A UID that DICOM itself gave out. */
function isWellKnownUid(uid: string): boolean {
  return uid.startsWith('1.2.840.10008.') && uidText.test(uid);
}
