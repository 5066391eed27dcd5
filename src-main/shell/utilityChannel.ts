import { fileURLToPath } from 'node:url';
import { utilityProcess } from 'electron';
import type { WorkstationOptions } from '../calls/openWorkstation.ts';

type StartChild = NonNullable<WorkstationOptions['startChild']>;

/**
 * Starts a child as a process of Electron's own making, since inside Electron there is no Node executable to fork.
 *
 * @param entry - the built child, which lies beside the built shell
 * @param serviceName - how the system's task list names it
 */
function utilityChannel(entry: string, serviceName: string): StartChild {
  const path = fileURLToPath(new URL(`./${entry}`, import.meta.url));
  return () => {
    const child = utilityProcess.fork(path, [], { serviceName, stdio: 'ignore' });
    return {
      post: (message) => child.postMessage(message),
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => void child.once('exit', listener),
      // Windows keep the application alive, not its children.
      holdParent: () => undefined,
      kill: () => void child.kill(),
    };
  };
}

/** Starts an inference child. */
export const startInferenceChild = utilityChannel('inference-child.js', 'BraTum inference');

/** Starts a training child. */
export const startTrainingChild = utilityChannel('training-child.js', 'BraTum training');
