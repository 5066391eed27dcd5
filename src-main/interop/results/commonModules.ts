import type { DicomInstance } from '../../images/dicom/readInstance.ts';
import type { Making } from './AnalysedInstance.ts';

/** What every result says where it is seen. */
export const researchNotice = 'AI, research use only';

const manufacturer = 'BraTum Workstation';

/** Patient and General Study modules (PS3.3 C.7.1.1, C.7.2.1), repeated from the source so that it stays one study. */
export function studyModules(instance: DicomInstance): Record<string, unknown> {
  return {
    PatientName: instance.patientName ?? '',
    PatientID: instance.patientId ?? '',
    ...(instance.issuerOfPatientId !== null && { IssuerOfPatientID: instance.issuerOfPatientId }),
    PatientBirthDate: instance.patientBirthDate ?? '',
    PatientSex: instance.patientSex ?? '',
    StudyInstanceUID: instance.studyInstanceUid,
    StudyDate: instance.studyDate ?? '',
    StudyTime: instance.studyTime ?? '',
    StudyID: instance.studyId ?? '',
    AccessionNumber: instance.accessionNumber ?? '',
    ReferringPhysicianName: instance.referringPhysicianName ?? '',
    ...(instance.studyDescription !== null && { StudyDescription: instance.studyDescription }),
  };
}

/** Who made the object, and when (PS3.3 C.7.5.1, C.12.1), in UTC. */
export function makingModules({ applicationVersion, madeAt }: Making): Record<string, unknown> {
  const { date, time } = dicomTime(madeAt);
  return {
    Manufacturer: manufacturer,
    ManufacturerModelName: manufacturer,
    SoftwareVersions: applicationVersion,
    TimezoneOffsetFromUTC: '+0000',
    InstanceCreationDate: date,
    InstanceCreationTime: time,
    ContentDate: date,
    ContentTime: time,
  };
}

/** A moment as DICOM writes it: YYYYMMDD and HHMMSS. */
function dicomTime(moment: Date): { date: string; time: string } {
  const text = moment.toISOString();
  return { date: text.slice(0, 10).replaceAll('-', ''), time: text.slice(11, 19).replaceAll(':', '') };
}
