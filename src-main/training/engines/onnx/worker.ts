import { parentPort, workerData } from 'node:worker_threads';
import { PieceRunner } from './PieceRunner.ts';
import type { WorkerAnswer, WorkerOrder, WorkerSetup } from './shares.ts';

/** A thread of the onnx engine: loads the graphs, then carries out one order after the other. */
const port = parentPort!;
const answer = (message: WorkerAnswer): void => port.postMessage(message);

async function serve(): Promise<void> {
  const runner = await PieceRunner.create(workerData as WorkerSetup);
  port.on('message', (order: WorkerOrder) => {
    runner.run(order).then(
      (loss) => answer({ kind: 'done', loss }),
      (error: unknown) => answer({ kind: 'failed', reason: String(error) }),
    );
  });
  answer({ kind: 'ready' });
}

await serve();
