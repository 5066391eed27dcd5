import type { Analysis } from '../../../src-shared/domain/analysis.ts';
import type { Slice } from '../../../src-shared/domain/slice.ts';
import type { DicomInstance } from '../../images/dicom/readInstance.ts';

/** What answered. */
export interface ResultModel {
  name: string;
  title: string;
  /** Day of its making and the first twelve digits of its fingerprint. */
  version: string;
  fingerprint: string;
}

/** One slice of a DICOM instance with its answer: what a result is made from. */
export interface AnalysedInstance {
  instance: DicomInstance;
  slice: Slice;
  analysis: Analysis;
  model: ResultModel;
}

/** By whom and when the objects are made. */
export interface Making {
  applicationVersion: string;
  madeAt: Date;
}

/** A DICOM object, ready to be stored or sent. */
export interface ResultObject {
  kind: 'secondary-capture' | 'structured-report';
  sopClassUid: string;
  sopInstanceUid: string;
  seriesInstanceUid: string;
  studyInstanceUid: string;
  /** A file of PS3.10. */
  bytes: Uint8Array<ArrayBuffer>;
}
