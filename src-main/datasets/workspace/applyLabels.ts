import type { PictureLabels } from '../../../src-shared/domain/dataset.ts';
import type { LabelOrigin } from '../../../src-shared/domain/workspace.ts';
import type { Labels } from '../Labels.ts';
import type { DatasetStore } from './DatasetStore.ts';
import type { WantedValue } from './LabelJournal.ts';

export interface LabelFileTask {
  dataset: number;
  labels: Labels;
  /** Base name of the file. */
  name: string;
  who: string;
  /** Replaces what people and models said, too; else only what folders and files said, and what nobody did. */
  isOverriding: boolean;
}

interface Labelled extends Pick<PictureLabels, 'class' | 'plane'> {
  id: number;
  path: string;
  fileHash: string;
  classOrigin: LabelOrigin | null;
  planeOrigin: LabelOrigin | null;
}

/**
 * Takes the labels of a file for a data set's pictures, as one step of the journal. Paths count from the source.
 *
 * @returns how many pictures changed, and how many paths of the file name no picture
 */
export function applyLabels(
  store: DatasetStore,
  { dataset, labels, name, who, isOverriding }: LabelFileTask,
): { labelled: number; rowsWithoutPicture: number } {
  const open = new Set(labels.paths);
  const wanted: Record<'class' | 'plane', WantedValue[]> = { class: [], plane: [] };
  const mayReplace = (origin: LabelOrigin | null): boolean =>
    isOverriding || origin === null || origin === 'folder' || origin === 'file';
  for (const picture of labelledPictures(store, dataset)) {
    open.delete(picture.path);
    const found = labels.find(picture.path, picture.fileHash);
    for (const field of ['class', 'plane'] as const) {
      const value = found[field];
      if (value && value !== picture[field] && mayReplace(picture[`${field}Origin`]))
        wanted[field].push([picture.id, value, 'file']);
    }
  }
  const labelled = store.journal.change({
    dataset,
    text: `Labels of ${name}`,
    who,
    isOwnOpinion: false,
    wanted,
  });
  return { labelled, rowsWithoutPicture: open.size };
}

function labelledPictures(store: DatasetStore, dataset: number): Labelled[] {
  const { database } = store;
  return database.read(() =>
    database
      .prepare<[number], Labelled>(
        `SELECT id, path, file_hash AS fileHash, class, plane, class_origin AS classOrigin,
           plane_origin AS planeOrigin FROM pictures WHERE dataset_id = ?`,
      )
      .all(dataset),
  );
}
