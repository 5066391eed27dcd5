/** `npm start` as a person types it, on a machine without a display. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { enter, request } from './request.ts';

const entry = fileURLToPath(new URL('../../../src-main/start.ts', import.meta.url));

test.runIf(process.platform === 'linux')(
  'without a display it says so, serves the page, and ends tidily',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bratum-start-'));
    const started = spawn(process.execPath, [entry, '--database', folder], {
      env: { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '' },
    });
    const said = text(started.stderr);
    let url = '';
    for await (const line of createInterface({ input: started.stdout })) {
      url = /^BRATUM_URL=(http:\/\/127\.0\.0\.1:\d+\/\?token=\S+)$/.exec(line)?.[1] ?? '';
      break;
    }
    const cookie = await enter(url);
    const page = await request(Number(new URL(url).port), 'GET', '/', { cookie });
    expect(page.body).toContain('<title>BraTum Workstation</title>');

    const ended = once(started, 'exit');
    started.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(await said).toContain('BraTum Workstation opens in the browser, because there is no display');
    expect(await readdir(join(folder, 'uploads'))).toEqual([]);
    await rm(folder, { recursive: true });
  },
);

test('an option that does not exist is named', async () => {
  const started = spawn(process.execPath, [entry, '--colour']);
  const [said, exit] = await Promise.all([text(started.stderr), once(started, 'exit')]);
  expect(said).toContain("Unknown option '--colour'");
  expect(exit).toEqual([1, null]);
});
