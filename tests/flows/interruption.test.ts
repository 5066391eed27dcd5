import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bratum, entry } from './commandLine.ts';
import { daikonSeries } from './openedWorkstation.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-interruption-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A command as npm starts it: in a shell that waits for it. */
function inShell(words: string, environment: NodeJS.ProcessEnv = {}) {
  return spawn('sh', ['-c', `"${process.execPath}" "${entry}" ${words}; exit $?`], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

describe.skipIf(process.platform === 'win32')('a command', () => {
  it('ends without a word when nobody reads on', async () => {
    const result = await bratum(['classify', daikonSeries], {
      onStart: ({ stdout }) => stdout!.once('data', () => stdout!.destroy()),
    });
    expect(result).toMatchObject({ code: 130, stderr: '' });
  });

  it('under npm ends with the shell that npm started it in, which alone hears of SIGTERM', async () => {
    const shell = inShell(`serve --no-open --database "${join(folder, 'store')}"`, {
      npm_lifecycle_event: 'bratum',
    });
    await once(shell.stdout, 'data');
    // The pipe closes when the last process that could write into it has ended: not the shell but the server.
    const ended = once(shell.stdout, 'close');
    shell.kill('SIGTERM');
    await ended;
    expect(shell.signalCode).toBe('SIGTERM');
  });
});

it.skipIf(process.platform !== 'linux')('a result that could not be written is a failure', async () => {
  expect(await once(inShell('models --json > /dev/full'), 'exit')).toEqual([3, null]);
});
