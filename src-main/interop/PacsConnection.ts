import type { FoundInstance, FoundSeries, FoundStudy, StudyQuery } from '../../src-shared/domain/pacs.ts';

/** A file of PS3.10 on its way into an archive. */
export interface OutgoingObject {
  sopClassUid: string;
  sopInstanceUid: string;
  transferSyntaxUid: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** What an archive did with one object; a reason where it refused. */
export interface StoreAnswer {
  sopInstanceUid: string;
  refusal: string | null;
}

/**
 * An archive, whichever protocol it speaks. Every call stops with `cancelled` when the signal is aborted, is tried again
 * where the network may be to blame, and throws 'pacs-unreachable', 'pacs-unauthorised', 'pacs-refused' or
 * 'pacs-answer-damaged'.
 */
export interface PacsConnection {
  /** Asks whether somebody is there who understands us. */
  echo(): Promise<void>;
  findStudies(query: StudyQuery): Promise<FoundStudy[]>;
  findSeries(studyInstanceUid: string): Promise<FoundSeries[]>;
  findInstances(studyInstanceUid: string, seriesInstanceUid: string): Promise<FoundInstance[]>;
  /**
   * Fetches instances of one series, in any order.
   *
   * @param onInstance - gets each as a file of PS3.10, and is waited for
   */
  fetchInstances(
    place: { studyInstanceUid: string; seriesInstanceUid: string },
    sopInstanceUids: readonly string[],
    onInstance: (sopInstanceUid: string, bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
  ): Promise<void>;
  store(objects: readonly OutgoingObject[]): Promise<StoreAnswer[]>;
}
