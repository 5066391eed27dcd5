import { spawnSync } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Uploads } from './Uploads.ts';

const limits = { fileBytes: 1000, totalBytes: 2500, files: 4 };
let folder: string;
let uploads: Uploads;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-uploads-'));
  uploads = await Uploads.open(folder, limits);
});

afterEach(async () => {
  await uploads.close();
  await rm(folder, { recursive: true });
});

const body = (...sizes: number[]) => Readable.from(sizes.map((size) => Buffer.alloc(size, 7)));

async function filesOnDisk(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
}

test('a folder keeps its structure and becomes one source', async () => {
  const upload = await uploads.begin();
  await uploads.receive(upload, 'study/a/1.dcm', body(10, 20), 30);
  await uploads.receive(upload, 'study/b/2.dcm', body(0), 0);
  const paths = uploads.finish(upload);
  expect(paths).toHaveLength(1);
  expect(paths[0]).toMatch(/[\\/]study$/);
  expect(await readFile(join(paths[0] ?? '', 'a', '1.dcm'))).toEqual(Buffer.alloc(30, 7));
  expect((await stat(join(paths[0] ?? '', 'b', '2.dcm'))).size).toBe(0);
});

test('single files become one source each', async () => {
  const upload = await uploads.begin();
  await uploads.receive(upload, 'one.png', body(1), 1);
  await uploads.receive(upload, 'two.png', body(1), 1);
  expect(uploads.finish(upload).map((path) => path.slice(-7))).toEqual(['one.png', 'two.png']);
});

test.skipIf(process.platform === 'win32')('only this user may enter', async () => {
  const upload = await uploads.begin();
  await uploads.receive(upload, 'study/1.dcm', body(1), 1);
  const [study = ''] = uploads.finish(upload);
  const modes = await Promise.all(
    [join(study, '..', '..'), join(study, '..'), study, join(study, '1.dcm')].map((path) => stat(path)),
  );
  expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o700, 0o700, 0o600]);
});

test('a file over the limit is refused, announced or not, and leaves nothing', async () => {
  const upload = await uploads.begin();
  await expect(uploads.receive(upload, 'a', body(1), 1001)).rejects.toMatchObject({ code: 'file-too-large' });
  await expect(uploads.receive(upload, 'a', body(600, 600), 0)).rejects.toMatchObject({
    code: 'file-too-large',
  });
  expect(await filesOnDisk()).toEqual([]);
  await uploads.receive(upload, 'a', body(500, 500), 1000);
});

test('the total holds over all uploads, and counts what was kept only', async () => {
  const [first, second] = [await uploads.begin(), await uploads.begin()];
  await uploads.receive(first, 'a', body(1000), 0);
  await uploads.receive(second, 'b', body(1000), 0);
  await expect(uploads.receive(second, 'c', body(400, 200), 0)).rejects.toMatchObject({
    code: 'file-too-large',
  });
  await uploads.receive(second, 'c', body(500), 500);
});

test('files are counted, and the same name is taken once', async () => {
  const upload = await uploads.begin();
  await uploads.receive(upload, 'a', body(1), 1);
  await expect(uploads.receive(upload, 'a', body(2), 2)).rejects.toMatchObject({ code: 'invalid-input' });
  await expect(uploads.receive(upload, 'a/b', body(2), 2)).rejects.toMatchObject({ code: 'invalid-input' });
  expect(await filesOnDisk()).toHaveLength(1);
  for (const name of ['b', 'c', 'd']) await uploads.receive(upload, name, body(1), 1);
  await expect(uploads.receive(upload, 'e', body(1), 1)).rejects.toMatchObject({ code: 'invalid-input' });
});

test('a sender that hangs up leaves nothing, and the upload cannot end before its files', async () => {
  const upload = await uploads.begin();
  const sender = new Readable({ read: () => undefined });
  const receiving = uploads.receive(upload, 'a', sender, 0);
  sender.push(Buffer.alloc(100));
  expect(() => uploads.finish(upload)).toThrow(/invalid-input/);
  await vi.waitFor(async () => expect(await filesOnDisk()).toHaveLength(1));
  sender.destroy(new Error('gone'));
  await expect(receiving).rejects.toThrow('gone');
  expect(await filesOnDisk()).toEqual([]);
  expect(() => uploads.finish(upload)).toThrow(/invalid-input/);
});

test('a sender that hangs up before its file is begun leaves nothing', async () => {
  const upload = await uploads.begin();
  const sender = new Readable({ read: () => undefined });
  const receiving = uploads.receive(upload, 'a', sender, 0);
  sender.destroy(new Error('gone'));
  await expect(receiving).rejects.toThrow('gone');
  expect(await filesOnDisk()).toEqual([]);
});

test('an unknown or ended upload is refused', async () => {
  const upload = await uploads.begin();
  await uploads.receive(upload, 'a', body(1), 1);
  uploads.finish(upload);
  await expect(uploads.receive(upload, 'b', body(1), 1)).rejects.toMatchObject({ code: 'handle-unknown' });
  expect(() => uploads.finish('other')).toThrow(/handle-unknown/);
});

test('closing deletes everything; opening clears what a killed process left, and that only', async () => {
  const gone = spawnSync(process.execPath, ['--version']).pid;
  await mkdir(join(folder, `uploads-${gone}-abc`, 'x'), { recursive: true });
  await mkdir(join(folder, `uploads-${process.pid}-abc`));
  await mkdir(join(folder, 'something-else'));
  const other = await Uploads.open(folder, limits);
  await expect(access(join(folder, `uploads-${gone}-abc`))).rejects.toThrow();
  await other.close();
  await uploads.close();
  expect((await readdir(folder)).sort()).toEqual(['something-else', `uploads-${process.pid}-abc`]);
});
