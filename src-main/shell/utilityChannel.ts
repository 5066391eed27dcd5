import { fileURLToPath } from 'node:url';
import { utilityProcess } from 'electron';
import type { WorkstationOptions } from '../calls/openWorkstation.ts';

type StartChild = NonNullable<WorkstationOptions['startChild']>;

/** The built child lies beside the built shell. */
const childEntry = fileURLToPath(new URL('./inference-child.js', import.meta.url));

/**
 * Starts the inference child as a process of Electron's own making, since inside Electron there is no
 * Node executable to fork.
 */
export const utilityChannel: StartChild = () => {
  const child = utilityProcess.fork(childEntry, [], { serviceName: 'BraTum inference', stdio: 'ignore' });
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    // Windows keep the application alive, not its children.
    holdParent: () => undefined,
    kill: () => void child.kill(),
  };
};
