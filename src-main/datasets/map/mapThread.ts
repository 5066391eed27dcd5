import { parentPort, workerData } from 'node:worker_threads';
import { UMAP } from 'umap-js';
import { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';
import type { MapAnswer, MapOrder } from './layOutMap.ts';

/** A thread that lays out one map and ends: it would hold up everybody else for minutes. */
const { points, width, seed, neighbours } = workerData as MapOrder;
const port = parentPort!;
const answer = (message: MapAnswer): void => port.postMessage(message);

const stream = new RandomStream(seed);
const umap = new UMAP({ nNeighbors: neighbours, minDist: 0.1, random: () => stream.uniform() });
const epochs = umap.initializeFit(
  Array.from({ length: points.length / width }, (_, i) => [...points.subarray(i * width, (i + 1) * width)]),
);
for (let epoch = 1; epoch <= epochs; epoch++) {
  umap.step();
  answer({ kind: 'progress', done: epoch, total: epochs });
}
answer({ kind: 'done', places: Float32Array.from(umap.getEmbedding().flat()) });
