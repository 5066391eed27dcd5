import { pictureFilterSchema, type PictureFilter } from '../../src-shared/contract/pictureSelection.ts';
import type { PictureSubset } from '../../src-shared/contract/subsetCalls.ts';
import { planes } from '../../src-shared/domain/plane.ts';
import type { DatasetStore } from '../datasets/workspace/DatasetStore.ts';
import type { Handlers } from './dispatch.ts';
import type { Parts } from './Parts.ts';

type SubsetCalls = Pick<Handlers, 'listSubsets' | 'saveSubset' | 'removeSubset'>;

/** Subsets of data sets, and how far each has been labelled. */
export function subsetCalls({ datasets }: Parts): SubsetCalls {
  return {
    listSubsets: async ({ dataset }) => ({ subsets: subsetsOf(await datasets.open(), dataset) }),
    saveSubset: async ({ dataset, name, filter }) => {
      const workspace = await datasets.open();
      workspace.saved.save(dataset, { kind: 'subset', name, content: filter });
      return { subsets: subsetsOf(workspace, dataset) };
    },
    removeSubset: async ({ dataset, item }) => {
      const workspace = await datasets.open();
      workspace.saved.remove(dataset, item);
      return { subsets: subsetsOf(workspace, dataset) };
    },
  };
}

function subsetsOf({ sets, saved, pictures }: DatasetStore, dataset: number): PictureSubset[] {
  sets.find(dataset);
  const subset = (item: number | null, name: string, filter: PictureFilter): PictureSubset => {
    return { item, name, filter, ...pictures.progress({ dataset, filter, sort: 'path' }) };
  };
  return [
    subset(null, 'combined', pictureFilterSchema.parse({})),
    ...planes.map((plane) => subset(null, plane, pictureFilterSchema.parse({ planes: [plane] }))),
    ...saved
      .list(dataset, 'subset')
      .map(({ id, name, content }) => subset(id, name, pictureFilterSchema.parse(content))),
  ];
}
