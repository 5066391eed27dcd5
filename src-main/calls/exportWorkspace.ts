import type { DeliveredFile } from '../../src-shared/contract/delivery.ts';
import { pictureFilterSchema } from '../../src-shared/contract/pictureSelection.ts';
import type { PictureRow } from '../../src-shared/domain/workspace.ts';
import { throwIfCancelled } from '../../src-shared/errors.ts';
import { arrangePictures } from '../datasets/arrangePictures.ts';
import { labelText, type LabelRow } from '../datasets/labelText.ts';
import type { DatasetStore } from '../datasets/workspace/DatasetStore.ts';
import { placeInSource } from '../datasets/workspace/placeInSource.ts';
import { readPlace } from '../images/walk/readPlace.ts';
import { writeDurably } from '../storage/writeDurably.ts';
import { zipOf, type ZipContent } from '../storage/zipOf.ts';
import { deliverFile } from './deliverFile.ts';
import type { Host } from './Host.ts';
import type { JobContext } from './Jobs.ts';

const pageSize = 500;

type Context = Pick<JobContext, 'signal' | 'progress'>;

/** Hands over the labels in force as a label file that an import reads back. @throws UserError as `deliverFile` */
export function exportLabels(
  host: Host,
  store: DatasetStore,
  dataset: number,
  context: Context,
): Promise<DeliveredFile> {
  const { name } = store.sets.find(dataset);
  return deliverFile(host, `${name} labels.csv`, (file) => {
    const rows = [...filesOf(store, dataset, context)].map(labelRow);
    return writeDurably(file, [labelText(rows)]);
  });
}

/**
 * Hands over the pictures as one zip in the published project's layout, `glioma_tumor_Top_Angle/…`; those without a
 * class or a plane are left out. Files go in as they are.
 *
 * @throws UserError as `deliverFile`, and what reading a file gives
 */
export function exportAngles(
  host: Host,
  store: DatasetStore,
  dataset: number,
  context: Context,
): Promise<DeliveredFile> {
  const { name } = store.sets.find(dataset);
  return deliverFile(host, `${name} by class and angle.zip`, (file) =>
    writeDurably(file, zipOf(packedFiles(store, dataset, context))),
  );
}

async function* packedFiles(
  store: DatasetStore,
  dataset: number,
  { signal, progress }: Context,
): AsyncGenerator<ZipContent> {
  const rows = [...filesOf(store, dataset, { signal, progress: () => undefined })];
  const { places } = arrangePictures(rows, 'angles');
  let done = 0;
  for (const { id, to } of places) {
    throwIfCancelled(signal);
    const place = store.pictures.placeOf(dataset, id);
    yield { name: to, parts: [await readPlace(placeInSource(place))] };
    progress(++done, places.length);
  }
}

/** The first picture of every file, outside quarantine, by path. */
function* filesOf(
  store: DatasetStore,
  dataset: number,
  { signal, progress }: Context,
): Generator<PictureRow> {
  const filter = pictureFilterSchema.parse({});
  let last = '';
  for (let offset = 0, total = 1; offset < total; offset += pageSize) {
    throwIfCancelled(signal);
    const page = store.pictures.list({ dataset, filter, sort: 'path' }, { offset, limit: pageSize });
    ({ total } = page);
    for (const row of page.pictures) {
      const key = `${row.source} ${row.path}`;
      if (key !== last) yield row;
      last = key;
    }
    progress(Math.min(total, offset + pageSize), total);
  }
}

function labelRow({ path, plane, class: tumour, planeOrigin, suggestionProbability }: PictureRow): LabelRow {
  const isSuggested = planeOrigin === 'model' || planeOrigin === 'orientation';
  if (plane === null) return { path, plane, class: tumour, probability: suggestionProbability, source: null };
  return {
    path,
    plane,
    class: tumour,
    probability: isSuggested ? suggestionProbability : 1,
    source: isSuggested ? planeOrigin : 'label',
  };
}
