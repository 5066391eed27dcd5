import type { DicomAttributes } from '../../../src-shared/domain/slice.ts';
import type { ElementReader } from './ElementReader.ts';

/**
 * A person's name as people write it: "Family, Given Middle, Suffix", the prefix before the given name. The first
 * component group that is filled counts: alphabetic, else ideographic, else phonetic (PS3.5 6.2.1.1).
 */
export function tidyPersonName(name: string): string | null {
  const group = name.split('=').find((part) => /[^\s^]/.test(part)) ?? '';
  const [family, given, middle, prefix, suffix] = group.split('^').map((part) => part.trim());
  const givenNames = [prefix, given, middle].filter(Boolean).join(' ');
  return [family, givenNames, suffix].filter(Boolean).join(', ') || null;
}

/** Identifiers and descriptions of a file, by keyword. */
export function readAttributes(elements: ElementReader): DicomAttributes {
  const patientName = elements.text('patientName');
  return {
    sopInstanceUid: elements.text('sopInstanceUid'),
    seriesInstanceUid: elements.text('seriesInstanceUid'),
    studyInstanceUid: elements.text('studyInstanceUid'),
    frameOfReferenceUid: elements.text('frameOfReferenceUid'),
    patientId: elements.text('patientId'),
    issuerOfPatientId: elements.text('issuerOfPatientId'),
    patientName: patientName === null ? null : tidyPersonName(patientName),
    patientBirthDate: elements.text('patientBirthDate'),
    patientSex: elements.text('patientSex'),
    studyDate: elements.text('studyDate'),
    studyDescription: elements.text('studyDescription'),
    seriesDescription: elements.text('seriesDescription'),
    seriesNumber: elements.number('seriesNumber'),
    instanceNumber: elements.number('instanceNumber'),
    modality: elements.text('modality'),
    bodyPartExamined: elements.text('bodyPartExamined'),
    manufacturer: elements.text('manufacturer'),
    burnedInAnnotation: elements.text('burnedInAnnotation'),
    lossyImageCompression: elements.text('lossyImageCompression'),
  };
}
