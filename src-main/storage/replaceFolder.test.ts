import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replaceFolder } from './replaceFolder.ts';

let parent: string;
let folder: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'bratum-replace-'));
  folder = join(parent, 'model');
});

afterEach(() => rm(parent, { recursive: true }));

const write = (content: string): Promise<void> =>
  replaceFolder(folder, (temporary) => writeFile(join(temporary, content), content));

async function makeFolder(name: string, file: string): Promise<void> {
  await mkdir(join(parent, name));
  await writeFile(join(parent, name, file), file);
}

const refused = new Error('refused');
const writeAndFail = (): Promise<void> =>
  replaceFolder(folder, async (temporary) => {
    await writeFile(join(temporary, 'half'), 'half');
    throw refused;
  });

test('makes the folder with those above it, and replaces it with all that it holds', async () => {
  folder = join(parent, 'a', 'b', 'model');
  await write('one');
  await write('two');
  expect(await readdir(folder)).toEqual(['two']);
  expect(await readFile(join(folder, 'two'), 'utf8')).toBe('two');
  expect(await readdir(join(parent, 'a', 'b'))).toEqual(['model']);
});

test('a write that fails leaves the old folder, or none, and nothing else', async () => {
  await expect(writeAndFail()).rejects.toBe(refused);
  expect(await readdir(parent)).toEqual([]);
  await write('one');
  await expect(writeAndFail()).rejects.toBe(refused);
  expect(await readdir(parent)).toEqual(['model']);
  expect(await readdir(folder)).toEqual(['one']);
});

test.each([
  ['while it wrote', ['.model.new', 'model']],
  ['between the renames', ['.model.new', '.model.old']],
  ['before the old one was deleted', ['.model.old', 'model']],
  ['while it deleted the old one, and then again while it wrote', ['.model.new', '.model.old', 'model']],
])('after a crash %s, a failing call leaves a whole folder and the next one replaces it', async (_, left) => {
  for (const name of left) await makeFolder(name, name);
  const whole = left.includes('model') ? 'model' : '.model.old';
  await expect(writeAndFail()).rejects.toBe(refused);
  expect(await readdir(parent)).toEqual(['model']);
  expect(await readdir(folder)).toEqual([whole]);

  for (const name of left.filter((name) => name !== 'model')) await makeFolder(name, name);
  await write('next');
  expect(await readdir(parent)).toEqual(['model']);
  expect(await readdir(folder)).toEqual(['next']);
});

test('what stands in the way is a typed error', async () => {
  await writeFile(join(parent, 'file'), '');
  folder = join(parent, 'file', 'model');
  await expect(write('one')).rejects.toMatchObject({
    code: 'folder-unwritable',
    detail: { folder: 'model' },
  });
  folder = join(parent, 'file');
  await expect(write('one')).rejects.toMatchObject({ code: 'folder-unwritable' });
  expect(await readdir(parent)).toEqual(['file']);
  folder = join(parent, 'model');
  const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
  await expect(replaceFolder(folder, () => Promise.reject(full))).rejects.toMatchObject({
    code: 'disk-full',
  });
});

test.skipIf(process.platform === 'win32')('a link to the folder stays a link', async () => {
  await write('one');
  await symlink(folder, join(parent, 'link'));
  await replaceFolder(join(parent, 'link'), (temporary) => writeFile(join(temporary, 'two'), ''));
  expect(await readdir(folder)).toEqual(['two']);
  expect((await readdir(parent)).sort()).toEqual(['link', 'model']);
});
