import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A server of a test's own, on loopback with a temporary folder. */
export interface RunningServer {
  address: string;
  /** Processor time that it and its children have used. */
  cpuMs(): number;
  /** SIGKILL, for all of it. */
  kill(): Promise<void>;
  /** The same server again: same port, same folder. */
  restart(): Promise<void>;
  /** Ends it in order and deletes its folder. */
  stop(): Promise<void>;
}

/** True where `npm run test:services` asked: then nothing may be missing. They take minutes, too long for `npm test`. */
export const isServiceRun = process.env['BRATUM_SERVICES'] === '1';

/** Why flows against real servers are skipped otherwise. */
export const asked = 'real servers are started by npm run test:services';

/** The first of these that is there. @param names - absolute paths, or commands */
export function findProgram(names: readonly string[]): string | null {
  for (const name of names) {
    if (name.startsWith('/')) {
      if (existsSync(name)) return name;
    } else {
      const { stdout, status } = spawnSync('which', [name], { encoding: 'utf8' });
      if (status === 0) return stdout.trim();
    }
  }
  return null;
}

/** Starts a program in a process group of its own and waits until its port answers. @throws Error with what it said */
export async function startProgram(
  program: string,
  args: readonly string[],
  { port, user }: { port: number; user?: { uid: number; gid: number } | undefined },
): Promise<ChildProcess> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...user });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  for (let attempt = 0; attempt < 600; attempt++) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    if (await answers(port)) return child;
    await wait(100);
  }
  throw new Error(`${program} did not start:\n${said}`);
}

/** Ends a process group. */
export async function endProgram(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  if (signal === 'SIGKILL') process.kill(-child.pid, signal);
  else child.kill(signal);
  await ended;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}
