/** An archive that speaks DICOMweb. */
export interface DicomWebServer {
  protocol: 'dicomweb';
  /** The service's root, above `/studies`. */
  url: string;
  /** Of the authority that signed the server's certificate, as PEM; then it is the only one trusted. */
  caCertificate?: string | undefined;
}

/** An archive that speaks DIMSE, the older protocol of associations. */
export interface DimseServer {
  protocol: 'dimse';
  host: string;
  port: number;
  calledAeTitle: string;
  callingAeTitle: string;
  isTls: boolean;
  /** As for DICOMweb; with `isTls` only. */
  caCertificate?: string | undefined;
  /** Where we receive while we pull over C-MOVE; left out: pictures come over C-GET, and we receive nowhere. */
  movePort?: number | undefined;
}

/** How an archive knows who asks, and where that is kept; never what it is. */
export type CredentialPlace = 'none' | 'keychain' | 'file';

/** A picture archive. Its credentials are never part of it. */
export type PacsServer = (DicomWebServer | DimseServer) & { name: string };

/** An archive's address as a person writes it. */
export function addressOf(server: DicomWebServer | DimseServer): string {
  if (server.protocol === 'dicomweb') return server.url;
  const { isTls, calledAeTitle, host, port } = server;
  return `${isTls ? 'dimses' : 'dimse'}://${calledAeTitle}@${host}:${port}`;
}

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

/** Which series are analysed as they arrive. Each condition that is given must hold; words count in any case. */
export interface ArrivalRules {
  /** As `MR`; empty: any. */
  modality: string;
  /** Part of the body part, as `HEAD`; empty: any. */
  bodyPart: string;
  /** Part of the description of the series or the study; empty: any. */
  description: string;
}
