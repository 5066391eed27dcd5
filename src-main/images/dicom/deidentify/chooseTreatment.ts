import type { DeidentificationOptions } from '../../../../src-shared/domain/deidentification.ts';
import { attributeRule, type ActionCode, type AttributeRule } from './attributeRule.ts';

/** What is done with an element's value. */
export type Treatment =
  | 'remove'
  | 'empty'
  /** A value that says nothing, for attributes that must have one. */
  | 'dummy'
  | 'new-uid'
  /** The patient's pseudonym. */
  | 'pseudonym'
  | 'shift-date'
  | 'clean-words'
  | 'limit-age'
  /** The value as it stands; of a sequence, each item treated by the same rules. */
  | 'keep';

/** An element as far as its treatment depends on it. */
export interface ElementNature {
  /** As dicom-parser writes it. */
  tag: string;
  /** As the file states it; undefined where it is written with implicit VR. */
  statedRepresentation: string | undefined;
}

export interface TreatmentChoice {
  /** The keyword, or words for what has none. */
  attribute: string;
  treatment: Treatment;
  /** What to do where the treatment finds a value that it cannot read. */
  otherwise: Treatment;
  /** The representation to read and write the value in. */
  representation: string;
}

/** Circumstances that decide between the letters of a combined code. */
export interface TreatmentContext {
  options: DeidentificationOptions;
  /**
   * A single picture of CT, MR or secondary capture: there every attribute whose code begins with X may be missing and
   * every one whose code begins with Z may be empty. Elsewhere the last letter is taken, which is always allowed.
   */
  isClassicPicture: boolean;
}

const pseudonymKeywords = new Set(['PatientName', 'PatientID']);
const dates = new Set(['DA', 'DT', 'TM']);
/** Kinds that name people, machines in a network or anything at all, wherever an attribute of them turns up. */
const unfit = new Set(['PN', 'AE', 'LT', 'ST', 'UR', 'UT', 'UN']);
/** UIDs of kinds of things, which are the same for everybody. */
const kindOfThing = /Class|TransferSyntax|^CodingSchemeUID$|^MappingResourceUID$|^ContextUID$/;

/**
 * Decides what is done with an element: by PS3.15 table E.1-1 with the options, and for what the table does not name
 * more strictly than it asks. Private, unknown and wrongly written attributes go; so do persons, free texts, addresses
 * and dates; UIDs of instances are replaced; coded values, numbers and short texts stay.
 */
export function chooseTreatment(
  { tag, statedRepresentation }: ElementNature,
  context: TreatmentContext,
): TreatmentChoice {
  const rule = attributeRule(tag);
  if (rule === null) return goes(nameOfUnknown(tag));
  const representation = fittingRepresentation(rule, statedRepresentation);
  const [usual = 'UN'] = rule.representations;
  const base = rule.action === 'K' ? unnamedTreatment(rule, usual) : baseTreatment(rule, context);
  const choice = {
    attribute: rule.keyword,
    representation: representation ?? usual,
    otherwise: base === 'shift-date' ? ('remove' as const) : base,
  };
  const treatment = withOptions(rule, usual, base, context.options);
  // Whatever is written as something else than it is may hold anything.
  return { ...choice, treatment: representation === null && treatment === 'keep' ? 'remove' : treatment };
}

function goes(attribute: string): TreatmentChoice {
  return { attribute, treatment: 'remove', otherwise: 'remove', representation: 'UN' };
}

function nameOfUnknown(tag: string): string {
  const group = parseInt(tag.slice(1, 5), 16);
  if (group % 2 === 1) return 'private attributes';
  if (group >> 8 === 0x50) return 'curves';
  return group >> 8 === 0x60 ? 'overlays' : 'unknown attributes';
}

/** The stated representation where the standard allows it, the usual one where none is stated; null otherwise. */
function fittingRepresentation(
  { representations }: AttributeRule,
  stated: string | undefined,
): string | null {
  const [usual = null] = representations;
  if (stated === undefined) return usual;
  // Something on the way did not know the attribute. The value is as it was (PS3.5 6.2.2), but items are not parsed.
  if (stated === 'UN') return usual === 'SQ' ? null : usual;
  return representations.includes(stated) ? stated : null;
}

/** Of attributes that the profile leaves alone. */
function unnamedTreatment({ keyword }: AttributeRule, representation: string): Treatment {
  if (unfit.has(representation)) return 'remove';
  if (dates.has(representation)) return 'shift-date';
  return representation === 'UI' && !kindOfThing.test(keyword) ? 'new-uid' : 'keep';
}

function baseTreatment(
  { keyword, action }: AttributeRule,
  { isClassicPicture }: TreatmentContext,
): Treatment {
  if (pseudonymKeywords.has(keyword)) return 'pseudonym';
  if (action === 'X/Z/U*') return 'keep';
  return treatmentOfLetter[letterOf(action, isClassicPicture)] ?? 'remove';
}

const treatmentOfLetter: Readonly<Record<string, Treatment>> = {
  X: 'remove',
  Z: 'empty',
  D: 'dummy',
  U: 'new-uid',
};

function letterOf(action: ActionCode, isClassicPicture: boolean): string {
  return (isClassicPicture ? action.at(0) : action.at(-1)) ?? 'X';
}

function withOptions(
  { keyword, options: letters, action }: AttributeRule,
  representation: string,
  base: Treatment,
  options: DeidentificationOptions,
): Treatment {
  const isDate = action === 'K' ? base === 'shift-date' : letters.includes('T');
  if (isDate && options.dates === 'shifted') return 'shift-date';
  if (base === 'shift-date') return 'remove';
  if (options.keepsPatient && letters.includes('P')) return keyword === 'PatientAge' ? 'limit-age' : 'keep';
  // A device's UID is replaced all the same: no reader needs it, and it leads to the hospital.
  if (options.keepsDevice && letters.includes('V') && representation !== 'UI') return 'keep';
  return options.keepsDescriptions && letters.includes('W') ? 'clean-words' : base;
}
