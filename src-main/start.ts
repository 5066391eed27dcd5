/**
 * `npm start`: the workstation in Electron where that can be had, else in the browser, saying which and
 * why. For source checkouts; the package starts Electron itself.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './build.ts';
import { runCommandLine } from './command-line/main.ts';
import { findElectron } from './shell/findElectron.ts';

const projectFolder = fileURLToPath(new URL('..', import.meta.url));
const usage = 'npm start -- [--browser] [--no-open] [--port N] [--database DIR] [FILE…]';

/** An Electron that ends with an error this soon has shown nobody anything. */
const startingMs = 10_000;

const options = {
  browser: { type: 'boolean', default: false },
  'no-open': { type: 'boolean', default: false },
  port: { type: 'string' },
  database: { type: 'string' },
} as const;

function readOptions() {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    console.error(`${(error as Error).message}\n\n  ${usage}`);
    process.exit(1);
  }
}

const { values, positionals } = readOptions();
/** npm starts scripts in the project's folder; what a person types starts from theirs. */
const callersFolder = process.env['INIT_CWD'] ?? process.cwd();
const database = values.database === undefined ? undefined : resolve(callersFolder, values.database);

/** @returns the exit code, or why nothing came to the screen */
async function runElectron(program: string): Promise<number | string> {
  await Promise.all([ensureBuilt('renderer'), ensureBuilt('preload'), ensureBuilt('main')]);
  console.error('BraTum Workstation opens in Electron.');
  const startedAtMs = Date.now();
  const paths = positionals.map((path) => resolve(callersFolder, path));
  const electron = spawn(program, [projectFolder, ...paths], {
    stdio: 'inherit',
    env: { ...process.env, ...(database !== undefined && { BRATUM_DATA: database }) },
  });
  let isInterrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      isInterrupted = true;
      electron.kill(signal);
    });
  }
  const [code] = (await once(electron, 'exit')) as [number | null];
  const hasFailedToStart = code !== 0 && !isInterrupted && Date.now() - startedAtMs < startingMs;
  return hasFailedToStart ? 'Electron could not start' : (code ?? 1);
}

async function runBrowserHost(reason: string): Promise<number> {
  console.error(`BraTum Workstation opens in the browser, because ${reason}, at this address:`);
  return runCommandLine([
    'serve',
    ...(values['no-open'] ? ['--no-open'] : []),
    ...(values.port === undefined ? [] : ['--port', values.port]),
    ...(database === undefined ? [] : ['--database', database]),
  ]);
}

const search = values.browser ? { reason: 'you asked for it' } : await findElectron();
const result = 'program' in search ? await runElectron(search.program) : search.reason;
process.exitCode = typeof result === 'number' ? result : await runBrowserHost(result);
