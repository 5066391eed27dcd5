import type { Slice } from '../../src-shared/domain/slice.ts';
import { planeOf } from '../../src-shared/imaging/planeOfOrientation.ts';
import type { SliceContent } from './CaseStore.ts';

/** Where a slice belongs: equal texts are the same case, the same study of it, the same series of that. */
export interface SliceIdentity {
  case: string;
  study: string;
  series: string;
  /** False for a picture that says nothing about whom it shows. */
  isPatient: boolean;
}

/**
 * Decides to whom a slice belongs.
 *
 * A case is a patient: issuer and patient ID, since an ID alone repeats between hospitals. A file without a
 * patient ID belongs to its study (DICOM PS3.3 C.7.2.1: the UID is unique in the world), and a picture
 * without either is a case of its own by content, because nothing says whose it is: merging two people is
 * worse than listing one twice. Files without UIDs share the nameless study and series of their case; each
 * plane of a series or a volume is a series of its own.
 */
export function sliceIdentity({ fileHash }: SliceContent, slice: Slice): SliceIdentity {
  const { attributes, volumePlane } = slice;
  const patientId = stated(attributes.patientId);
  const studyUid = stated(attributes.studyInstanceUid);
  const seriesUid = stated(attributes.seriesInstanceUid);
  const plane = planeOf(slice);
  return {
    case: caseIdentity(stated(attributes.issuerOfPatientId), patientId, studyUid, fileHash),
    study: key(studyUid),
    series: key(seriesUid ?? (volumePlane === null ? null : fileHash), plane),
    isPatient: patientId !== null || studyUid !== null,
  };
}

function caseIdentity(
  issuer: string | null,
  patientId: string | null,
  studyUid: string | null,
  fileHash: string,
): string {
  if (patientId !== null) return key('patient', issuer, patientId);
  return studyUid === null ? key('file', fileHash) : key('study', studyUid);
}

/** JSON, so that no value can imitate two. */
function key(...parts: (string | null)[]): string {
  return JSON.stringify(parts);
}

function stated(value: string | null): string | null {
  const trimmed = value?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}
