import { fork } from 'node:child_process';
import type { ChildChannel } from './ChildChannel.ts';

/** The child's entry beside this file: `child.ts` in the source, `inference-child.js` in a build. */
export const childEntry: URL = new URL(
  import.meta.url.endsWith('.ts') ? './child.ts' : './inference-child.js',
  import.meta.url,
);

/** How a Node child is started. */
export interface ForkOptions {
  entry?: URL;
  /** Added to the parent's environment. */
  environment?: Readonly<Record<string, string>>;
  /** Silences the native library, whose loaders complain on standard error about every missing driver. */
  isQuiet?: boolean;
}

/** How a host starts a child that has no Node executable to fork. */
let startInHost: ((entry: URL) => ChildChannel) | null = null;

/**
 * Makes every later `forkChannel` start its child this way. For Electron, whose executable must not act as Node
 * (the package switches that off); the entries serve both kinds of process.
 */
export function startChildrenBy(start: (entry: URL) => ChildChannel): void {
  startInHost = start;
}

/**
 * Starts the inference child under plain Node. Its standard output goes nowhere, since that of the command
 * line carries nothing but results.
 */
export function forkChannel({
  entry = childEntry,
  environment = {},
  isQuiet = false,
}: ForkOptions = {}): ChildChannel {
  if (startInHost !== null) return startInHost(entry);
  const child = fork(entry, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', isQuiet ? 'ignore' : 'inherit', 'ipc'],
    env: { ...process.env, ...environment },
    execArgv: [],
  });
  return {
    post(message) {
      // A child that just died is reported by its exit, not by a failed send.
      child.send(message as object, () => undefined);
    },
    onMessage: (listener) => child.on('message', listener),
    onExit(listener) {
      let hasEnded = false;
      const end = (): void => {
        if (!hasEnded) listener();
        hasEnded = true;
      };
      child.once('exit', end);
      child.once('error', end);
    },
    holdParent(isHeld) {
      if (isHeld) {
        child.ref();
        child.channel?.ref();
      } else {
        child.unref();
        child.channel?.unref();
      }
    },
    kill: () => child.kill('SIGKILL'),
  };
}
