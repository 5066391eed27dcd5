import type { Plane } from './plane.ts';
import type { TumourClass } from './tumourClass.ts';

/** Which half of a ready-made pair of folders a file lies in. */
export type FolderPart = 'training' | 'testing';

/** What is known of a picture before it is read, from its folder and from a label file. */
export interface PictureLabels {
  part: FolderPart | null;
  class: TumourClass | null;
  plane: Plane | null;
}

/** One picture of a data set: a file, or one frame of it. Small, since a set may hold 100,000. */
export interface DatasetPicture extends PictureLabels {
  /** Relative to the data set's folder, with `/`. */
  path: string;
  frame: number | null;
  rows: number;
  columns: number;
  /** SHA-256 of the file. */
  fileHash: string;
  /** SHA-256 of the decoded pixels. */
  pixelHash: string;
  /** Pictures with the same key are of one patient; null where the file does not say. Holds no patient ID. */
  patientKey: string | null;
  seriesKey: string | null;
}
