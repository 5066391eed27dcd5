import type { PictureField } from '../../src-shared/domain/workspace.ts';
import type { ParsedInput } from '../../src-shared/contract/calls.ts';
import type { JobResults } from '../../src-shared/contract/events.ts';
import { classLabels } from '../../src-shared/domain/tumourClass.ts';
import { makeThumbnail } from '../../src-shared/imaging/makeThumbnail.ts';
import { compareLabellers } from '../datasets/workspace/compareLabellers.ts';
import type { DatasetStore } from '../datasets/workspace/DatasetStore.ts';
import type { WantedValue } from '../datasets/workspace/LabelJournal.ts';
import { readWorkspaceSlice } from '../datasets/workspace/readWorkspaceSlice.ts';
import type { Handlers } from './dispatch.ts';
import { exportAngles, exportLabels } from './exportWorkspace.ts';
import { importPictures, refreshDataset } from './importPictures.ts';
import type { JobContext } from './Jobs.ts';
import type { Parts } from './Parts.ts';
import { suggestPlanes } from './suggestPlanes.ts';
import { readSettings } from './settingsCalls.ts';

type DatasetCalls = Pick<
  Handlers,
  | 'listDatasets'
  | 'createDataset'
  | 'renameDataset'
  | 'removeDataset'
  | 'openDataset'
  | 'importPictures'
  | 'refreshDataset'
  | 'listUnreadable'
  | 'listPictures'
  | 'listPictureRows'
  | 'readLabelSheet'
  | 'readPreviews'
  | 'readDatasetPicture'
  | 'readPictureHistory'
  | 'changePictures'
  | 'acceptSuggestions'
  | 'undoPictureChange'
  | 'redoPictureChange'
  | 'suggestPlanes'
  | 'compareLabellers'
  | 'exportLabels'
  | 'exportAngles'
  | 'listSaved'
  | 'saveItem'
  | 'lockItem'
  | 'removeItem'
>;

/** The workspace's data sets: import, pictures and labels, and what is saved with a set. */
export function datasetCalls({
  datasets,
  engine,
  host,
  jobs,
  sources,
  store: settings,
}: Parts): DatasetCalls {
  const workspace = (): Promise<DatasetStore> => datasets.open();
  const changed = (dataset: number): void => host.emit({ name: 'datasetChanged', payload: { dataset } });
  const who = async (): Promise<string> => (await readSettings(settings)).readerName;
  const detail = async (dataset: number) => (await workspace()).describe(dataset);
  /** Runs an import; whoever looks on hears of it while it grows, and at its end however it comes. */
  const whileImporting = async (
    dataset: number,
    context: JobContext,
    work: (context: Pick<JobContext, 'signal' | 'progress'>) => Promise<JobResults['importPictures']>,
  ): Promise<JobResults['importPictures']> => {
    let lastAt = performance.now();
    const progress: JobContext['progress'] = (done, total) => {
      context.progress(done, total);
      if (performance.now() - lastAt < refreshMs) return;
      lastAt = performance.now();
      changed(dataset);
    };
    try {
      return await work({ signal: context.signal, progress });
    } finally {
      changed(dataset);
    }
  };
  return {
    listDatasets: async () => ({ datasets: (await workspace()).sets.list() }),
    createDataset: async ({ name }) => {
      const dataset = (await workspace()).sets.create(name);
      changed(dataset);
      return detail(dataset);
    },
    renameDataset: async ({ dataset, name }) => {
      (await workspace()).sets.rename(dataset, name);
      changed(dataset);
      return detail(dataset);
    },
    removeDataset: async ({ dataset }) => {
      await (await workspace()).remove(dataset);
      changed(dataset);
      return {};
    },
    openDataset: ({ dataset }) => detail(dataset),
    importPictures: async ({ dataset, sources: handles, isCopying }) => {
      const opened = await workspace();
      opened.sets.find(dataset);
      const paths = handles.map((handle) => sources.resolve(handle));
      // What a page uploaded is gone when the host ends.
      const request = {
        dataset,
        paths,
        isCopying: isCopying || host.name === 'browser',
        who: await who(),
        tools: engine,
      };
      return jobs.start<'importPictures'>((context) =>
        whileImporting(dataset, context, (inner) => importPictures(opened, request, inner)),
      );
    },
    refreshDataset: async ({ dataset }) => {
      const opened = await workspace();
      opened.sets.find(dataset);
      return jobs.start<'refreshDataset'>((context) =>
        whileImporting(dataset, context, (inner) =>
          refreshDataset(opened, { dataset, tools: engine }, inner),
        ),
      );
    },
    listUnreadable: async ({ dataset, ...page }) => (await workspace()).sets.unreadable(dataset, page),
    listPictures: async ({ offset, limit, ...selection }) =>
      (await workspace()).pictures.list(selection, { offset, limit }),
    listPictureRows: async ({ dataset, ids }) => ({
      pictures: (await workspace()).pictures.rowsOf(dataset, ids),
    }),
    readLabelSheet: async ({ labeller, ...selection }) =>
      (await workspace()).pictures.sheet(selection, labeller),
    readPreviews: async ({ dataset, ids }) => ({
      previews: (await workspace()).pictures.previews(dataset, ids),
    }),
    readDatasetPicture: async ({ dataset, picture, size }) =>
      makeThumbnail(await readWorkspaceSlice((await workspace()).pictures.placeOf(dataset, picture)), size),
    readPictureHistory: async ({ dataset, picture }) => {
      const opened = await workspace();
      opened.pictures.placeOf(dataset, picture);
      return { events: opened.journal.history(picture) };
    },
    changePictures: async ({ dataset, ids, change }) => {
      const { journal } = await workspace();
      const step = { dataset, who: await who(), isOwnOpinion: true, text: textOf(change) };
      journal.change({ ...step, wanted: wantedBy(ids, change) });
      changed(dataset);
      return journal.state(dataset);
    },
    acceptSuggestions: async ({ dataset, ids, leastProbability }) => {
      const { journal } = await workspace();
      const plane = journal.suggestionsOf(dataset, ids, leastProbability);
      const step = { dataset, who: await who(), isOwnOpinion: true, text: 'Suggested planes accepted' };
      const accepted = journal.change({ ...step, wanted: { plane } });
      changed(dataset);
      return { ...journal.state(dataset), accepted };
    },
    undoPictureChange: async ({ dataset }) => {
      const { journal } = await workspace();
      const ids = journal.undo(dataset);
      changed(dataset);
      return { ...journal.state(dataset), ids };
    },
    redoPictureChange: async ({ dataset }) => {
      const { journal } = await workspace();
      const ids = journal.redo(dataset);
      changed(dataset);
      return { ...journal.state(dataset), ids };
    },
    suggestPlanes: async ({ dataset }) => {
      const opened = await workspace();
      opened.sets.find(dataset);
      return jobs.start<'suggestPlanes'>((context) => suggestPlanes(opened, dataset, engine, context));
    },
    compareLabellers: async (request) => compareLabellers((await workspace()).database, request),
    exportLabels: async ({ dataset }) => {
      const opened = await workspace();
      opened.sets.find(dataset);
      return jobs.start<'exportLabels'>((context) => exportLabels(host, opened, dataset, context));
    },
    exportAngles: async ({ dataset }) => {
      const opened = await workspace();
      opened.sets.find(dataset);
      return jobs.start<'exportAngles'>((context) => exportAngles(host, opened, dataset, context));
    },
    listSaved: async ({ dataset, kind }) => ({ items: (await workspace()).saved.list(dataset, kind) }),
    saveItem: async ({ dataset, ...item }) => {
      const opened = await workspace();
      opened.sets.find(dataset);
      return opened.saved.save(dataset, item);
    },
    lockItem: async ({ dataset, item, isLocked }) => (await workspace()).saved.lock(dataset, item, isLocked),
    removeItem: async ({ dataset, item }) => {
      (await workspace()).saved.remove(dataset, item);
      return {};
    },
  };
}

/** A growing data set is announced this often. */
const refreshMs = 1000;

type Change = ParsedInput<'changePictures'>['change'];

function wantedBy(ids: readonly number[], change: Change): Partial<Record<PictureField, WantedValue[]>> {
  const all = (value: string | null): WantedValue[] => ids.map((id) => [id, value, 'person']);
  return {
    ...(change.class !== undefined && { class: all(change.class) }),
    ...(change.plane !== undefined && { plane: all(change.plane) }),
    ...(change.isQuarantined !== undefined && { quarantine: all(change.isQuarantined ? 'yes' : null) }),
  };
}

/** What a change does, in words. */
function textOf({ class: tumour, plane, isQuarantined }: Change): string {
  const words: string[] = [];
  if (tumour !== undefined)
    words.push(tumour === null ? 'Class taken away' : `Class: ${classLabels[tumour]}`);
  if (plane !== undefined) words.push(plane === null ? 'Plane taken away' : `Plane: ${plane}`);
  if (isQuarantined !== undefined) words.push(isQuarantined ? 'Into quarantine' : 'Out of quarantine');
  return words.join('; ');
}
