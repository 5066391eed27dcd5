import type { Plane } from '../../../src-shared/domain/plane.ts';
import { classLabels, type TumourClass } from '../../../src-shared/domain/tumourClass.ts';

/** A coded entry (PS3.3 8.8). */
export interface Code {
  CodeValue: string;
  CodingSchemeDesignator: string;
  CodeMeaning: string;
}

/** A private scheme (PS3.16 8): its meanings are ours, and no other system can mistake them for a diagnosis. */
export const ownScheme = '99BRATUM';

function code(scheme: string, value: string, meaning: string): Code {
  return { CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning };
}

const dcm = (value: string, meaning: string): Code => code('DCM', value, meaning);

/** Concepts of TID 1500, 1501, 1600 and 4019 (PS3.16), by what they say here. */
export const concepts = {
  report: dcm('126000', 'Imaging Measurement Report'),
  language: dcm('121049', 'Language of Content Item and Descendants'),
  observerType: dcm('121005', 'Observer Type'),
  deviceObserverUid: dcm('121012', 'Device Observer UID'),
  deviceObserverName: dcm('121013', 'Device Observer Name'),
  deviceObserverManufacturer: dcm('121014', 'Device Observer Manufacturer'),
  deviceObserverModelName: dcm('121015', 'Device Observer Model Name'),
  procedureReported: dcm('121058', 'Procedure reported'),
  imageLibrary: dcm('111028', 'Image Library'),
  imageLibraryGroup: dcm('126200', 'Image Library Group'),
  imagingMeasurements: dcm('126010', 'Imaging Measurements'),
  measurementGroup: dcm('125007', 'Measurement Group'),
  trackingIdentifier: dcm('112039', 'Tracking Identifier'),
  trackingUid: dcm('112040', 'Tracking Unique Identifier'),
  finding: dcm('121071', 'Finding'),
  algorithmName: dcm('111001', 'Algorithm Name'),
  algorithmParameters: dcm('111002', 'Algorithm Parameters'),
  algorithmVersion: dcm('111003', 'Algorithm Version'),
  source: dcm('121112', 'Source of Measurement'),
  comment: dcm('121106', 'Comment'),
  plane: code(ownScheme, 'plane', 'Anatomic plane of the slice'),
} as const;

export const device = dcm('121007', 'Device');
export const english = code('RFC5646', 'en', 'English');
/** UCUM's code for a number without a unit. */
export const noUnits = code('UCUM', '1', 'no units');

/** What was examined; the exact procedure is not ours to say where the modality is another. */
export function procedureOf(modality: string | null): Code {
  return modality === 'MR' ? code('LN', '24590-2', 'MR Brain') : code(ownScheme, 'head', 'Picture of a head');
}

/** A plane in SNOMED CT. */
export const planeCodes: Record<Plane, Code> = {
  axial: code('SCT', '24422004', 'Axial'),
  sagittal: code('SCT', '30730003', 'Sagittal'),
  coronal: code('SCT', '81654009', 'Coronal'),
};

/** A class as the model's answer about one slice. */
export function classCode(tumourClass: TumourClass): Code {
  return code(ownScheme, tumourClass, classLabels[tumourClass]);
}

/** The concept of a class's probability; code values have 16 characters at most. */
export function probabilityCode(tumourClass: TumourClass): Code {
  return code(
    ownScheme,
    `p_${tumourClass.replace('_tumor', '')}`,
    `Probability of ${classLabels[tumourClass]}`,
  );
}
