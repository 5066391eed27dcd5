import { UserError } from '../../../src-shared/errors.ts';
import { ElementReader } from './ElementReader.ts';
import { naming } from './naming.ts';
import { parseDicomFile } from './parseDicomFile.ts';

/** A unique identifier (PS3.5 9.1): nothing in it means anything to a file system. */
export const uidPattern = /^[0-9][0-9.]{0,63}$/;

/** What an instance says of itself, its study and its patient, as another object of the same study must repeat it. */
export interface DicomInstance {
  sopClassUid: string;
  sopInstanceUid: string;
  seriesInstanceUid: string;
  studyInstanceUid: string;
  transferSyntaxUid: string;
  instanceNumber: number | null;
  modality: string | null;
  studyDate: string | null;
  studyTime: string | null;
  studyId: string | null;
  studyDescription: string | null;
  seriesDescription: string | null;
  bodyPartExamined: string | null;
  accessionNumber: string | null;
  referringPhysicianName: string | null;
  /** With its carets, as written. */
  patientName: string | null;
  patientId: string | null;
  issuerOfPatientId: string | null;
  patientBirthDate: string | null;
  patientSex: string | null;
}

/**
 * Reads an instance's identity from its file.
 *
 * @param fileName - base name, for messages
 * @throws UserError 'dicom-damaged' where one of its UIDs is missing, and what `parseDicomFile` throws
 */
export function readInstance(bytes: Uint8Array, fileName: string): DicomInstance {
  try {
    const { dataSet, syntax } = parseDicomFile(bytes);
    const elements = new ElementReader(dataSet);
    const needed = (keyword: 'sopClassUid' | 'sopInstanceUid' | 'seriesInstanceUid' | 'studyInstanceUid') => {
      const uid = elements.text(keyword);
      if (uid === null || !uidPattern.test(uid))
        throw new UserError('dicom-damaged', { reason: `It has no ${keyword}.` });
      return uid;
    };
    return {
      sopClassUid: needed('sopClassUid'),
      sopInstanceUid: needed('sopInstanceUid'),
      seriesInstanceUid: needed('seriesInstanceUid'),
      studyInstanceUid: needed('studyInstanceUid'),
      transferSyntaxUid: syntax.uid,
      instanceNumber: elements.number('instanceNumber'),
      modality: elements.text('modality'),
      studyDate: elements.text('studyDate'),
      studyTime: elements.text('studyTime'),
      studyId: elements.text('studyId'),
      studyDescription: elements.text('studyDescription'),
      seriesDescription: elements.text('seriesDescription'),
      bodyPartExamined: elements.text('bodyPartExamined'),
      accessionNumber: elements.text('accessionNumber'),
      referringPhysicianName: elements.text('referringPhysicianName'),
      patientName: elements.text('patientName'),
      patientId: elements.text('patientId'),
      issuerOfPatientId: elements.text('issuerOfPatientId'),
      patientBirthDate: elements.text('patientBirthDate'),
      patientSex: elements.text('patientSex'),
    };
  } catch (error) {
    throw naming(fileName, error);
  }
}
