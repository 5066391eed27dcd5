/**
 * Entry of the training child: one process for each run, so that the interface stays responsive and a run that dies
 * takes nothing with it. Works under `child_process.fork` and under Electron's `utilityProcess`.
 */
import { setPriority, constants } from 'node:os';
import { toFailure } from '../../../src-shared/errors.ts';
import { RunControl } from '../../training/run/RunControl.ts';
import type { ChildOrder, ChildReply } from './childMessages.ts';
import { carryOutTask } from './carryOutTask.ts';

/** What Electron puts on `process` inside a utility process. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

const { parentPort } = process as NodeJS.Process & { parentPort?: ParentPort };
const cancelling = new AbortController();
const control = new RunControl(cancelling.signal);

/**
 * A third of the weight of a process of usual priority where both want a processor: enough for an interface that works
 * in bursts, and a run is not starved by other programs. Windows knows classes only.
 */
const steppedBack = process.platform === 'win32' ? constants.priority.PRIORITY_BELOW_NORMAL : 5;

/** Every thread that is started from here on yields to the interface. */
function stepBack(): void {
  try {
    setPriority(steppedBack);
  } catch {
    // Some systems do not let a process step back; it trains all the same.
  }
}

function say(reply: ChildReply): Promise<void> {
  if (parentPort) {
    parentPort.postMessage(reply);
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    if (process.connected) process.send?.(reply, () => resolve());
    else resolve();
  });
}

function heed(order: ChildOrder): void {
  switch (order.kind) {
    case 'pause':
      return control.pause();
    case 'go-on':
      return control.resume();
    case 'finish':
      return control.finishEarly();
    case 'cancel':
      return cancelling.abort();
    case 'train':
    case 'prepare':
    case 'time':
      // Somebody waits for the other tasks.
      if (order.kind === 'train') stepBack();
      // A process has one task; when it is done, nothing of it is needed any more.
      void carryOutTask(order, control, (reply) => void say(reply))
        .catch((error: unknown): ChildReply => ({ kind: 'failed', error: toFailure(error) }))
        .then(say)
        .then(() => process.exit(0));
  }
}

if (parentPort) {
  parentPort.on('message', ({ data }) => heed(data as ChildOrder));
} else {
  process.on('message', (message) => heed(message as ChildOrder));
  // The parent is gone: what was learnt is kept, and the run waits to be resumed.
  process.on('disconnect', () => cancelling.abort());
  // Ctrl+C reaches the whole group; the parent decides when its children end.
  process.on('SIGINT', () => undefined);
}
