import type { Failure } from '../errors.ts';
import type { FolderPart } from './dataset.ts';
import { planes, type Plane, type PlaneSource } from './plane.ts';
import { tumourClasses, type TumourClass } from './tumourClass.ts';

/** What can be said of a picture, and taken back: every change of one of these is in the journal. */
export const pictureFields = ['class', 'plane', 'quarantine'] as const;

export type PictureField = (typeof pictureFields)[number];

/**
 * How a label came to be: from the folder's name, from a label file, from the file's orientation or the plane model
 * (where a person accepted the suggestion), or by a person's own choice.
 */
export const labelOrigins = ['folder', 'file', 'orientation', 'model', 'person'] as const;

export type LabelOrigin = (typeof labelOrigins)[number];

/** How many pictures have each label; `none` counts those without. */
export interface LabelCounts {
  classes: Record<TumourClass | 'none', number>;
  planes: Record<Plane | 'none', number>;
}

/** A data set of the workspace, as the list shows it. */
export interface DatasetSummary {
  id: number;
  name: string;
  createdAt: string;
  /** Last time that a picture came, went or was changed. */
  changedAt: string;
  /** Counts up with every change of pictures or labels, so that what was computed from them knows its age. */
  revision: number;
  /** Without those in quarantine, which are counted apart. */
  pictures: number;
  quarantined: number;
  /** Pictures whose file was not where it was at the last import. */
  missing: number;
  counts: LabelCounts;
}

/** Where a data set's pictures come from: a folder, an archive or one file. */
export interface DatasetSource {
  id: number;
  /** Base name. */
  name: string;
  /** The files were copied into the workspace, or lie where they were found. */
  isCopied: boolean;
  pictures: number;
  missing: number;
  /** Null where an import was cut short; importing again goes on where it stopped. */
  importedAt: string | null;
}

/** A file that an import could not read. */
export interface UnreadableFile {
  source: number;
  /** Relative to the source, with `/`. */
  path: string;
  error: Failure;
}

/** What undo and redo would do; null where there is nothing to do. */
export interface JournalState {
  undo: JournalStep | null;
  redo: JournalStep | null;
}

export interface JournalStep {
  id: number;
  /** What was done, in words: "Plane: axial". */
  text: string;
  /** How many pictures it changed. */
  pictures: number;
  who: string;
  at: string;
}

/** A data set opened. */
export interface DatasetDetail extends DatasetSummary {
  sources: DatasetSource[];
  unreadable: number;
  journal: JournalState;
  /** Everybody who gave a label with their own hands. */
  labellers: string[];
}

/** One picture as lists show it. */
export interface PictureRow {
  id: number;
  source: number;
  /** Relative to its source, with `/`. */
  path: string;
  /** Of a file of several slices, else null. */
  frame: number | null;
  rows: number;
  columns: number;
  part: FolderPart | null;
  class: TumourClass | null;
  classOrigin: LabelOrigin | null;
  plane: Plane | null;
  planeOrigin: LabelOrigin | null;
  /** What the file's orientation or the plane model says, whether anybody agreed or not. */
  suggestedPlane: Plane | null;
  suggestedBy: PlaneSource | null;
  /** Of the suggested plane, 0…1. */
  suggestionProbability: number | null;
  isQuarantined: boolean;
  isMissing: boolean;
}

/** One label that a picture got, as its history tells. */
export interface PictureEvent {
  field: PictureField;
  /** Null: taken away, or out of quarantine. */
  value: string | null;
  origin: LabelOrigin;
  /** Null for what no person did. */
  who: string | null;
  at: string;
  isUndone: boolean;
}

/** The codes of labels in a sheet: 0 for none, else the place in this list and one. */
export const sheetClasses = tumourClasses;
export const sheetPlanes = planes;

/**
 * The labels of a selection of pictures as columns, in the selection's order: what labelling works on, without a call
 * between a key and the screen. 100,000 pictures take 1.2 MB.
 */
export interface LabelSheet {
  ids: Uint32Array<ArrayBuffer>;
  /** 0, or 1 + the place in `sheetClasses`. */
  classes: Uint8Array<ArrayBuffer>;
  /** 0, or 1 + the place in `sheetPlanes`. */
  planes: Uint8Array<ArrayBuffer>;
  suggestedPlanes: Uint8Array<ArrayBuffer>;
  /** Of the suggested plane; 0 where there is none. */
  probabilities: Float32Array<ArrayBuffer>;
  /** 1 for pictures in quarantine. */
  quarantined: Uint8Array<ArrayBuffer>;
  revision: number;
}

/** What an import did. */
export interface ImportSummary {
  /** Pictures that are new. */
  added: number;
  /** Pictures of files that were known and have not changed. */
  unchanged: number;
  /** Pictures of files with other bytes than before. */
  updated: number;
  /** Pictures found again under another path, by content. */
  relinked: number;
  /** Pictures whose file is gone. */
  missing: number;
  unreadable: number;
  skipped: number;
  /** Labels that label files gave, and their rows that name no picture. */
  labelled: number;
  rowsWithoutPicture: number;
}

/** How two labellers agree on the pictures that both labelled. */
export interface LabellerComparison {
  field: 'class' | 'plane';
  /** Pictures that both labelled. */
  n: number;
  agreed: number;
  /** Null where it is not defined. */
  kappa: number | null;
  values: string[];
  /** [first labeller's value][second's] */
  confusion: number[][];
  /** Pictures on which they differ, at most 100,000. */
  differing: number[];
}

/** Things kept with a data set: a filter with a name, a split, an augmentation preset. */
export const savedKinds = ['subset', 'split', 'augmentation'] as const;

export type SavedKind = (typeof savedKinds)[number];

export interface SavedItem {
  id: number;
  kind: SavedKind;
  name: string;
  isLocked: boolean;
  createdAt: string;
  changedAt: string;
  /** JSON, by the schema of whoever saves this kind. */
  content: unknown;
}
