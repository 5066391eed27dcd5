import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Downloads } from './Downloads.ts';

let folder: string;
let downloads: Downloads;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-downloads-'));
  downloads = await Downloads.open(folder, 50);
});

afterEach(async () => {
  await downloads.close();
  await rm(folder, { recursive: true });
});

async function filesOnDisk(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

async function handedOver(name: string, content: string): Promise<string> {
  const target = await downloads.place(name);
  await writeFile(target.path, content);
  const address = await target.handOver();
  expect(address).toMatch(/^\/downloads\/[\w-]{43}$/);
  return address?.split('/')[2] ?? '';
}

test('a file is taken once, and is gone when its taker says so', async () => {
  const key = await handedOver('cases.csv', 'a,b');
  const { name, bytes, file, remove } = await downloads.take(key);
  expect([name, bytes, await file.readFile('utf8')]).toEqual(['cases.csv', 3, 'a,b']);
  await expect(downloads.take(key)).rejects.toMatchObject({ code: 'handle-unknown' });
  await file.close();
  await remove();
  expect(await filesOnDisk()).toEqual([]);
});

test('what nobody fetches, and what was given up, is deleted', async () => {
  const key = await handedOver('late.pdf', 'x');
  const target = await downloads.place('broken.pdf');
  await writeFile(target.path, 'half');
  await target.giveUp();
  expect(await filesOnDisk()).toEqual(['late.pdf']);
  await wait(80);
  await vi.waitFor(async () => expect(await filesOnDisk()).toEqual([]));
  await expect(downloads.take(key)).rejects.toMatchObject({ code: 'handle-unknown' });
});

test('two files of one name do not meet, and closing leaves nothing', async () => {
  const [first, second] = [await downloads.place('a.zip'), await downloads.place('a.zip')];
  expect(first.path).not.toBe(second.path);
  await writeFile(first.path, '1');
  await downloads.close();
  expect(await readdir(folder)).toEqual([]);
});

test.skipIf(process.platform === 'win32')('only this user may enter', async () => {
  const [name] = await readdir(folder);
  expect((await stat(join(folder, name ?? ''))).mode & 0o777).toBe(0o700);
});
