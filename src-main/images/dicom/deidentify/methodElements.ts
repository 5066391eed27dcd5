import type { DeidentificationOptions } from '../../../../src-shared/domain/deidentification.ts';
import { namedElement } from './newValue.ts';
import type { NewElement } from './writeDataSet.ts';

/** A code of DCM (PS3.16 CID 7050). */
type Code = readonly [value: string, meaning: string];

const basicProfile: Code = ['113100', 'Basic Application Confidentiality Profile'];
const codeOfOption: readonly [isChosen: (options: DeidentificationOptions) => boolean, code: Code][] = [
  [({ keepsDescriptions }) => keepsDescriptions, ['113105', 'Clean Descriptors Option']],
  [
    ({ dates }) => dates === 'shifted',
    ['113107', 'Retain Longitudinal Temporal Information Modified Dates Option'],
  ],
  [({ keepsPatient }) => keepsPatient, ['113108', 'Retain Patient Characteristics Option']],
  [({ keepsDevice }) => keepsDevice, ['113109', 'Retain Device Identity Option']],
];

/** The attributes that say how a file was de-identified (PS3.15 E.1.1, PS3.3 C.7.1.1 and C.12.1.1.9). */
export function methodElements(options: DeidentificationOptions): NewElement[] {
  const codes = [
    basicProfile,
    ...codeOfOption.flatMap(([isChosen, code]) => (isChosen(options) ? [code] : [])),
  ];
  return [
    namedElement('PatientIdentityRemoved', 'YES'),
    namedElement('DeidentificationMethod', 'BraTum Workstation\\DICOM PS3.15 2026c Annex E'),
    namedElement('DeidentificationMethodCodeSequence', codes.map(codeItem)),
    namedElement(
      'LongitudinalTemporalInformationModified',
      options.dates === 'shifted' ? 'MODIFIED' : 'REMOVED',
    ),
  ];
}

function codeItem([value, meaning]: Code): NewElement[] {
  return [
    namedElement('CodeValue', value),
    namedElement('CodingSchemeDesignator', 'DCM'),
    namedElement('CodeMeaning', meaning),
  ];
}
