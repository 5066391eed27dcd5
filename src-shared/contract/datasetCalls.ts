import { z } from 'zod';
import { planes } from '../domain/plane.ts';
import { tumourClasses } from '../domain/tumourClass.ts';
import {
  savedKinds,
  type DatasetDetail,
  type DatasetSummary,
  type JournalState,
  type LabellerComparison,
  type LabelSheet,
  type PictureEvent,
  type PictureRow,
  type SavedItem,
  type UnreadableFile,
} from '../domain/workspace.ts';
import { call, handle, nothing, type JobStarted } from './callDefinition.ts';
import type { Thumbnail } from '../domain/thumbnail.ts';
import { pictureSelectionSchema } from './pictureSelection.ts';

const id = z.number().int().positive();
const datasetName = z.string().trim().min(1).max(120);

/** What to change of a picture; what is left out stays, null takes a label away. */
export const pictureChangeSchema = z
  .object({
    class: z.enum(tumourClasses).nullable(),
    plane: z.enum(planes).nullable(),
    isQuarantined: z.boolean(),
  })
  .partial();

const page = {
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(500).default(100),
};

/** Calls about the workspace's data sets: the list, import, pictures and their labels, what is saved with a set. */
export const datasetCalls = {
  listDatasets: call<{ datasets: DatasetSummary[] }>()(nothing),
  createDataset: call<DatasetDetail>()(z.object({ name: datasetName })),
  renameDataset: call<DatasetDetail>()(z.object({ dataset: id, name: datasetName })),
  /** Forgets a data set and its labels, and removes the copies in the workspace; the originals stay. */
  removeDataset: call<Record<string, never>>()(z.object({ dataset: id })),
  openDataset: call<DatasetDetail>()(z.object({ dataset: id })),
  /**
   * Imports folders, archives, files and label files (CSV); again, only what is new. The job's result is an
   * ImportSummary. An import that is cancelled keeps what it has.
   */
  importPictures: call<JobStarted>()(
    z.object({
      dataset: id,
      sources: z.array(handle).min(1).max(1000),
      /** Copies the files into the workspace; always where they were uploaded. */
      isCopying: z.boolean().default(false),
    }),
  ),
  /** Looks again at everything that was imported; the job's result is an ImportSummary. */
  refreshDataset: call<JobStarted>()(z.object({ dataset: id })),
  listUnreadable: call<{ unreadable: UnreadableFile[]; total: number }>()(z.object({ dataset: id, ...page })),
  listPictures: call<{ pictures: PictureRow[]; total: number }>()(pictureSelectionSchema.extend(page)),
  listPictureRows: call<{ pictures: PictureRow[] }>()(
    z.object({ dataset: id, ids: z.array(id).min(1).max(500) }),
  ),
  /** The labels of a whole selection; with a labeller, those that they gave themselves. */
  readLabelSheet: call<LabelSheet>()(
    pictureSelectionSchema.extend({ labeller: z.string().max(120).nullable().default(null) }),
  ),
  /** Small pictures as JPEG, in the order of the ids; empty where there is none. */
  readPreviews: call<{ previews: Uint8Array<ArrayBuffer>[] }>()(
    z.object({ dataset: id, ids: z.array(id).min(1).max(200) }),
  ),
  /** A picture from its file. @throws UserError 'file-not-found' */
  readDatasetPicture: call<Thumbnail>()(
    z.object({ dataset: id, picture: id, size: z.number().int().min(64).max(2048) }),
  ),
  /** Every label that a picture got, oldest first. */
  readPictureHistory: call<{ events: PictureEvent[] }>()(z.object({ dataset: id, picture: id })),
  /** Changes pictures by hand, as one step of the journal. */
  changePictures: call<JournalState>()(
    z.object({ dataset: id, ids: z.array(id).min(1).max(200_000), change: pictureChangeSchema }),
  ),
  /** Takes the suggested planes of pictures as their planes, as one step of the journal. */
  acceptSuggestions: call<JournalState & { accepted: number }>()(
    z.object({
      dataset: id,
      ids: z.array(id).min(1).max(200_000),
      leastProbability: z.number().min(0).max(1).default(0),
    }),
  ),
  /** Takes the last step back. @returns the pictures that it changed, none where there is nothing to take back */
  undoPictureChange: call<JournalState & { ids: number[] }>()(z.object({ dataset: id })),
  redoPictureChange: call<JournalState & { ids: number[] }>()(z.object({ dataset: id })),
  /**
   * Asks the plane model about every picture that has no suggestion yet; the job's result says how many there are now.
   *
   * @throws UserError 'model-not-found'
   */
  suggestPlanes: call<JobStarted>()(z.object({ dataset: id })),
  compareLabellers: call<LabellerComparison>()(
    z.object({
      dataset: id,
      field: z.enum(['class', 'plane']),
      first: z.string().max(120),
      second: z.string().max(120),
    }),
  ),
  /** The labels in force as a file with `path,plane,class`; a job whose result is a `DeliveredFile`. */
  exportLabels: call<JobStarted>()(z.object({ dataset: id })),
  /** The pictures in folders of class and angle, as the published project sorted them, as one zip. */
  exportAngles: call<JobStarted>()(z.object({ dataset: id })),
  /** By name; splits without their content. */
  listSaved: call<{ items: SavedItem[] }>()(z.object({ dataset: id, kind: z.enum(savedKinds) })),
  /** Saves under a name; the same name is overwritten. @throws UserError 'saved-locked' */
  saveItem: call<SavedItem>()(
    z.object({
      dataset: id,
      kind: z.enum(savedKinds),
      name: datasetName,
      content: z.record(z.string(), z.unknown()),
    }),
  ),
  lockItem: call<SavedItem>()(z.object({ dataset: id, item: id, isLocked: z.boolean() })),
  /** @throws UserError 'saved-locked' */
  removeItem: call<Record<string, never>>()(z.object({ dataset: id, item: id })),
} as const;
