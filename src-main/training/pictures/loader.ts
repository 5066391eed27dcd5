import { parentPort, workerData } from 'node:worker_threads';
import { UserError } from '../../../src-shared/errors.ts';
import { PictureReader } from './PictureReader.ts';
import type { LoaderAnswer, LoaderOrder, LoaderSetup } from './shares.ts';

/** A thread that loads pictures: one order after the other, answered in the order of asking. */
const port = parentPort!;
const answer = (message: LoaderAnswer): void => port.postMessage(message);
const reader = new PictureReader(workerData as LoaderSetup);
let last = Promise.resolve();

port.on('message', (order: LoaderOrder) => {
  last = last
    .then(() => reader.load(order))
    .then(
      () => answer({ kind: 'done' }),
      (error: unknown) => {
        // Anything else is a bug: it ends the thread, and arrives whole where the thread was made.
        if (!(error instanceof UserError)) throw error;
        answer({ kind: 'failed', error: { code: error.code, detail: error.detail } });
      },
    );
});
