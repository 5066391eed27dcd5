/**
 * Entry of the inference child: the one process that runs models, so that a long or crashing run freezes no
 * window. Works under `child_process.fork` and under Electron's `utilityProcess`.
 */
import { toFailure } from '../../src-shared/errors.ts';
import { releaseMemory } from '../../src-shared/releaseMemory.ts';
import type { RunOrder, RunReply } from './messages.ts';
import { Sessions } from './Sessions.ts';

/** What Electron puts on `process` inside a utility process. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

const sessions = new Sessions();
const { parentPort } = process as NodeJS.Process & { parentPort?: ParentPort };

async function answer(order: RunOrder): Promise<RunReply> {
  try {
    return { id: order.id, ok: true, outputs: await sessions.run(order) };
  } catch (error) {
    return { id: order.id, ok: false, error: toFailure(error) };
  } finally {
    releaseMemory(order.inputs);
  }
}

/** One order after the other: two runs at once would only share the same cores. */
let last: Promise<void> = Promise.resolve();
function serve(message: unknown): void {
  last = last.then(async () => {
    const reply = await answer(message as RunOrder);
    if (parentPort) parentPort.postMessage(reply);
    else process.send?.(reply, () => undefined);
  });
}

if (parentPort) {
  parentPort.on('message', ({ data }) => serve(data));
} else {
  process.on('message', serve);
  // The parent is gone: nobody will ask again.
  process.on('disconnect', () => process.exit(0));
  // Ctrl+C reaches the whole group; the parent decides when its children end.
  process.on('SIGINT', () => undefined);
}
