import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { utilityProcess } from 'electron';
import type { ChildChannel } from '../calls/startChildrenBy.ts';

/**
 * Starts a child as a process of Electron's own making, since inside Electron there is no Node executable to fork.
 *
 * @param entry - a built file of ours
 */
export function utilityChannel(entry: URL): ChildChannel {
  const path = fileURLToPath(entry);
  // How the system's task list names it: "BraTum inference-child".
  const serviceName = `BraTum ${basename(path, '.js')}`;
  const child = utilityProcess.fork(path, [], { serviceName, stdio: 'ignore' });
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    // Windows keep the application alive, not its children.
    holdParent: () => undefined,
    kill: () => void child.kill(),
  };
}
