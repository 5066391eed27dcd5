import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** `bratum serve` in a process of its own. */
export interface RunningHost {
  /** Opens the workstation, once: it carries the token. */
  url: string;
  stop(): Promise<void>;
  /** Without a chance to put anything in order. */
  kill(): Promise<void>;
}

const projectFolder = fileURLToPath(new URL('../../', import.meta.url));

/** A signal reaches npm, its shell and the host alike. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Starts the browser host as a person would, through `npm run bratum`, and waits for its address.
 *
 * @param dataFolder - cases, settings and everything else that outlives the process
 * @throws Error with what the host said when it ends before it is ready
 */
export async function startHost(dataFolder: string): Promise<RunningHost> {
  const host = spawn(
    'npm',
    ['run', '--silent', 'bratum', '--', 'serve', '--no-open', '--database', dataFolder],
    {
      cwd: projectFolder,
      env: { ...process.env, BRATUM_DATA: dataFolder, INIT_CWD: projectFolder },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  );
  const { pid } = host;
  if (pid === undefined) throw new Error('npm could not be started');
  const closed = once(host, 'close');
  let log = '';
  host.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const stop = async (): Promise<void> => {
    signalGroup(pid, 'SIGTERM');
    const reluctance = setTimeout(() => signalGroup(pid, 'SIGKILL'), 10_000);
    await closed;
    clearTimeout(reluctance);
  };
  const kill = async (): Promise<void> => {
    signalGroup(pid, 'SIGKILL');
    await closed;
  };
  for await (const line of createInterface({ input: host.stdout })) {
    const url = /^BRATUM_URL=(\S+)$/.exec(line)?.[1];
    if (url !== undefined) return { url, stop, kill };
  }
  await closed;
  throw new Error(`The host ended with ${host.exitCode ?? host.signalCode}.\n${log}`);
}
