/** What may stay in de-identified files; the strictest of each is the usual one. */
export interface DeidentificationOptions {
  /** `shifted`: each patient's dates are moved by one secret number of days, so that intervals stay. */
  dates: 'removed' | 'shifted';
  /** Age (90 and above as 90), sex, size, weight and the like (Retain Patient Characteristics). */
  keepsPatient: boolean;
  /** Names and serial numbers of scanners (Retain Device Identity). */
  keepsDevice: boolean;
  /** Of descriptions of studies, series and protocols, the words that name a technique (Clean Descriptors). */
  keepsDescriptions: boolean;
}

/** The Basic Application Level Confidentiality Profile without any option. */
export const strictestDeidentification: DeidentificationOptions = {
  dates: 'removed',
  keepsPatient: false,
  keepsDevice: false,
  keepsDescriptions: false,
};

export const attributeFates = ['removed', 'emptied', 'replaced', 'shifted', 'cleaned', 'kept'] as const;

/** What becomes of an attribute. */
export type AttributeFate = (typeof attributeFates)[number];

/** One line of a preview: an attribute and what becomes of it. */
export interface AttributeOutcome {
  /** The keyword, or words for attributes that have none: private and unknown ones. */
  attribute: string;
  fate: AttributeFate;
  /** In how many files, at whatever depth. */
  files: number;
  /** Some of its values as they were; empty unless asked for. */
  values: string[];
}

export const deidentificationWarnings = [
  'burned-in-text-stated',
  'burned-in-text-possible',
  'overlay-in-pixels',
  'face-recognisable',
] as const;

/** What de-identification cannot take out of the pixels. */
export type DeidentificationWarning = (typeof deidentificationWarnings)[number];

const warningTexts: Record<DeidentificationWarning, string> = {
  'burned-in-text-stated': 'These files say that text is burned into their pictures. It stays; look at each.',
  'burned-in-text-possible':
    'Pictures of this kind often have a name burned into them. It would stay; look at each.',
  'overlay-in-pixels':
    'An overlay lies in unused bits of the pixels. It stays there, though viewers no longer show it.',
  'face-recognisable': 'A face can be rebuilt from the slices of a head. Names are gone; faces are not.',
};

/** A warning as a person reads it. */
export function deidentificationWarningText(warning: DeidentificationWarning): string {
  return warningTexts[warning];
}

/** What would become of, or became of, a selection of files. */
export interface DeidentificationReport {
  /** Files that are, or would be, written. */
  files: number;
  patients: number;
  studies: number;
  series: number;
  attributes: AttributeOutcome[];
  /** With the number of files that each is about. */
  warnings: { warning: DeidentificationWarning; files: number }[];
}
