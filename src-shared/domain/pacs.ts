/** An archive that speaks DICOMweb. */
export interface DicomWebServer {
  protocol: 'dicomweb';
  /** The service's root, above `/studies`. */
  url: string;
}

/** An archive that speaks DIMSE, the older protocol of associations. */
export interface DimseServer {
  protocol: 'dimse';
  host: string;
  port: number;
  calledAeTitle: string;
  callingAeTitle: string;
  isTls: boolean;
}

/** A picture archive. Its credentials are never part of it. */
export type PacsServer = (DicomWebServer | DimseServer) & { name: string };

/** What to look for; `*` and `?` are wild cards in texts, dates may be ranges `20260101-20261231`. */
export interface StudyQuery {
  studyInstanceUid?: string;
  patientId?: string;
  patientName?: string;
  studyDate?: string;
  modality?: string;
  studyDescription?: string;
  accessionNumber?: string;
  limit: number;
}

export interface FoundStudy {
  studyInstanceUid: string;
  patientId: string | null;
  patientName: string | null;
  studyDate: string | null;
  studyDescription: string | null;
  accessionNumber: string | null;
  modalities: string[];
  series: number | null;
  instances: number | null;
}

export interface FoundSeries {
  seriesInstanceUid: string;
  modality: string | null;
  seriesNumber: number | null;
  seriesDescription: string | null;
  bodyPartExamined: string | null;
  instances: number | null;
}

export interface FoundInstance {
  sopInstanceUid: string;
  /** Null where the archive does not tell it. */
  sopClassUid: string | null;
}
