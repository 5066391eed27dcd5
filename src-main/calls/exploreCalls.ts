import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import { tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import { throwIfCancelled } from '../../src-shared/errors.ts';
import { FeatureTable } from '../datasets/map/FeatureTable.ts';
import { layOutMap } from '../datasets/map/layOutMap.ts';
import { makeProjection, mapWidth } from '../datasets/map/projectFeatures.ts';
import type { DatasetStore } from '../datasets/workspace/DatasetStore.ts';
import { readWorkspaceSlices } from '../datasets/workspace/readWorkspaceSlices.ts';
import { toModelInputs } from '../preprocess/toModelInputs.ts';
import type { Handlers } from './dispatch.ts';
import type { JobContext } from './Jobs.ts';
import type { Parts } from './Parts.ts';
import { indexOfLargest } from '../../src-shared/statistics/indexOfLargest.ts';

type ExploreCalls = Pick<Handlers, 'readDistributions' | 'readFeatureMap' | 'mapFeatures'>;

/** Slices in one run. */
const batchSize = 8;

/** A data set as a whole: its counts, and the map of its features. */
export function exploreCalls({ datasets, engine, jobs }: Parts): ExploreCalls {
  const tableOf = async (dataset: number): Promise<FeatureTable> => {
    const { sets, database } = await datasets.open();
    sets.find(dataset);
    return new FeatureTable(database);
  };
  return {
    readDistributions: async ({ dataset }) => (await tableOf(dataset)).distributions(dataset),
    readFeatureMap: async ({ dataset }) => ({ map: (await tableOf(dataset)).map(dataset) }),
    mapFeatures: async ({ dataset, seed }) => {
      const table = await tableOf(dataset);
      const workspace = await datasets.open();
      return jobs.start<'mapFeatures'>(async (context) => {
        const model = await engine.models.combined();
        await findFeatures(table, { workspace, dataset, model, engine }, context);
        const { ids, points } = table.vectors(dataset, model.fingerprint, mapWidth);
        const places = await layOutMap(points, { width: mapWidth, seed }, context);
        table.keepMap(dataset, { model: model.name, seed, ids, places });
        return { pictures: ids.length };
      });
    },
  };
}

interface Wanted {
  workspace: DatasetStore;
  dataset: number;
  model: LoadedModel;
  engine: Parts['engine'];
}

/** Asks a model about every picture whose features are not kept yet; what was found stays, also where it is cancelled. */
async function findFeatures(
  table: FeatureTable,
  { workspace, dataset, model, engine }: Wanted,
  { signal, progress }: Pick<JobContext, 'signal' | 'progress'>,
): Promise<void> {
  const open = table.open(dataset, model.fingerprint);
  if (open.length === 0) return;
  const { provider } = await engine.providers.select(model, 'auto', 'batch', signal);
  const project = makeProjection(model.classifierWeight.length / tumourClasses.length);
  for (let at = 0; at < open.length; at += batchSize) {
    throwIfCancelled(signal);
    const batch = open.slice(at, at + batchSize);
    const { read, slices } = await readWorkspaceSlices(batch, ({ id }) =>
      workspace.pictures.placeOf(dataset, id),
    );
    progress(at + batch.length, open.length);
    const count = slices.length;
    if (count === 0) continue;
    const { inputs } = toModelInputs(slices, model.card);
    const request = { model, provider, inputs, count, wantsFeatures: true };
    const { logits, features } = await engine.inference.run(request, signal);
    table.keep(
      read.map(({ id, fileHash }, i) => ({
        ...{ picture: id, fileHash, fingerprint: model.fingerprint },
        answer: answerOf(logits.subarray(i * tumourClasses.length, (i + 1) * tumourClasses.length)),
        vector: project(pooled(features!, i, count, model)),
      })),
    );
  }
}

/** Means of the last maps over their area, one for each channel. */
function pooled(features: Float32Array, picture: number, count: number, model: LoadedModel): Float32Array {
  const channels = model.classifierWeight.length / tumourClasses.length;
  const area = features.length / count / channels;
  return Float32Array.from({ length: channels }, (_, channel) => {
    const start = (picture * channels + channel) * area;
    return features.subarray(start, start + area).reduce((sum, value) => sum + value, 0) / area;
  });
}

function answerOf(logits: Float32Array): (typeof tumourClasses)[number] {
  return tumourClasses[indexOfLargest(logits)]!;
}
