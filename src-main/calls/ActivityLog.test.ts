import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ActivityLog } from './ActivityLog.ts';
import { reportFailure } from './reportFailure.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('entries are lines of JSON that the user alone may read', async () => {
  const log = new ActivityLog(folder);
  log.write({ event: 'opened', host: 'electron', version: '1.2.3' });
  log.close();
  expect(log.newest(10).map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { event: 'opened', host: 'electron', version: '1.2.3', at: expect.stringMatching(/^\d{4}-/) as string },
    { event: 'closed' },
  ]);
  const { mode } = await stat(join(folder, 'logs', 'bratum.log'));
  if (process.platform !== 'win32') expect(mode & 0o077).toBe(0);
});

test('a bug is written down without its message and without folders, also where they name a patient', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const log = new ActivityLog(folder);
  const bug = new TypeError('cannot read /data/Doe^Jane/scan.dcm');
  bug.stack = `TypeError: cannot read /data/Doe^Jane/scan.dcm\n    at load (/data/Doe^Jane/load.ts:3:5)`;
  const { detail } = reportFailure(bug);
  log.close();
  reportFailure(bug);
  const text = await readFile(join(folder, 'logs', 'bratum.log'), 'utf8');
  expect(text).toContain(`"incident":"${detail['incident']}","error":"TypeError","frames":["load.ts:3:5"]`);
  expect(text).not.toContain('Doe');
  expect(text.match(/incident"/g)).toHaveLength(2);
});

test('a large log is set aside, and three of those are kept', async () => {
  const log = new ActivityLog(folder);
  for (let round = 0; round < 6; round++) {
    log.write({ event: 'closed' });
    await writeFile(join(folder, 'logs', 'bratum.log'), `${round}\n`.repeat(600_000));
  }
  log.write({ event: 'closed' });
  expect((await readdir(join(folder, 'logs'))).sort()).toEqual([
    'bratum.log',
    'bratum.log.1',
    'bratum.log.2',
    'bratum.log.3',
  ]);
  expect(await readFile(join(folder, 'logs', 'bratum.log.1'), 'utf8')).toMatch(/^5\n/);
  expect(log.newest(1)[0]).toContain('closed');
});

test('a log that cannot be written fails nothing', async () => {
  await writeFile(join(folder, 'logs'), 'a file in the way');
  const log = new ActivityLog(folder);
  expect(() => log.write({ event: 'closed' })).not.toThrow();
  expect(log.newest(5)).toEqual([]);
});
