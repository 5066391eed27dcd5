import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { HostOrder, HostReply } from './hostProcess.ts';
import type { RunningHost } from './startHost.ts';

const entry = fileURLToPath(new URL('./hostProcess.ts', import.meta.url));

/** A process that hosts one workstation after the other; started when first asked for, and again after it was killed. */
export class WarmHost {
  #process: ChildProcess | null = null;

  /**
   * Opens a workstation on a folder's store, as `bratum serve` does.
   *
   * @throws Error with what went wrong, in opening this one or closing the one before
   */
  async open(dataFolder: string): Promise<RunningHost> {
    const url = await this.#ask({ serve: dataFolder });
    if (url === null) throw new Error('The host serves nothing.');
    return { url, stop: async () => void (await this.#ask({ serve: null })), kill: () => this.kill() };
  }

  /** Ends the process, and whatever it serves with it. */
  async kill(): Promise<void> {
    const ending = this.#process;
    this.#process = null;
    if (ending === null || ending.exitCode !== null) return;
    ending.kill('SIGKILL');
    await once(ending, 'close');
  }

  async #ask(order: HostOrder): Promise<string | null> {
    const asked = (this.#process ??= fork(entry, {
      // Not those of the test runner.
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    }));
    const { promise, resolve, reject } = Promise.withResolvers<HostReply>();
    const end = (): void => reject(new Error('The host’s process ended.'));
    asked.once('message', resolve).once('exit', end);
    asked.send(order);
    const reply = await promise.finally(() => asked.off('message', resolve).off('exit', end));
    if ('failure' in reply) throw new Error(reply.failure);
    return reply.url;
  }
}
