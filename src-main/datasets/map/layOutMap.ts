import { Worker } from 'node:worker_threads';
import { throwIfCancelled, UserError } from '../../../src-shared/errors.ts';

/** What the thread is to lay out. */
export interface MapOrder {
  /** [point][feature] */
  points: Float32Array<ArrayBuffer>;
  width: number;
  seed: number;
  neighbours: number;
}

export type MapAnswer =
  | { kind: 'progress'; done: number; total: number }
  /** [point][x, y] */
  | { kind: 'done'; places: Float32Array<ArrayBuffer> };

/** The thread's entry beside this file: `mapThread.ts` in the source, `map-thread.js` in a build. */
const threadEntry = new URL(
  import.meta.url.endsWith('.ts') ? './mapThread.ts' : './map-thread.js',
  import.meta.url,
);

/** UMAP's usual size of a neighbourhood; fewer points have fewer. */
const usualNeighbours = 15;

/**
 * Lays points out in the plane so that near ones stay near: UMAP (McInnes, Healy and Melville 2018) by umap-js, in a
 * thread of its own. The same points and seed give the same map.
 *
 * @param points - [point][feature]
 * @returns [point][x, y], each within 0…1; fewer than four points lie in a row
 * @throws UserError 'cancelled'
 */
export async function layOutMap(
  points: Float32Array<ArrayBuffer>,
  { width, seed }: Pick<MapOrder, 'width' | 'seed'>,
  { signal, progress }: { signal: AbortSignal; progress: (done: number, total: number) => void },
): Promise<Float32Array<ArrayBuffer>> {
  throwIfCancelled(signal);
  const count = points.length / width;
  if (count < 4) return Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? i / 2 / 4 : 0.5));
  const neighbours = Math.min(usualNeighbours, count - 1);
  const order: MapOrder = { points, width, seed, neighbours };
  const worker = new Worker(threadEntry, { workerData: order });
  const { promise, resolve, reject } = Promise.withResolvers<Float32Array<ArrayBuffer>>();
  const cancel = (): void => reject(new UserError('cancelled'));
  signal.addEventListener('abort', cancel, { once: true });
  worker.on('message', (answer: MapAnswer) =>
    answer.kind === 'done' ? resolve(answer.places) : progress(answer.done, answer.total),
  );
  worker.on('error', reject);
  worker.on('exit', (code) => reject(new Error(`the map's thread ended with ${code}`)));
  try {
    return withinUnit(await promise);
  } finally {
    signal.removeEventListener('abort', cancel);
    await worker.terminate();
  }
}

/** Shifts and scales a map, its proportions kept. */
function withinUnit(places: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const least = [Infinity, Infinity];
  const most = [-Infinity, -Infinity];
  places.forEach((value, i) => {
    least[i % 2] = Math.min(least[i % 2]!, value);
    most[i % 2] = Math.max(most[i % 2]!, value);
  });
  const span = Math.max(most[0]! - least[0]!, most[1]! - least[1]!) || 1;
  return places.map((value, i) => (value - least[i % 2]!) / span);
}
