import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeDurably } from './writeDurably.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-durably-'));
  file = join(folder, 'file');
});
afterEach(() => rm(folder, { recursive: true }));

test('writes the parts one after the other, over what was there', async () => {
  await writeDurably(file, ['a long first version, longer than the second']);
  await writeDurably(file, ['grüße ', Uint8Array.of(0, 255), new Uint8Array([9, 7, 8]).subarray(1)]);
  expect(await readFile(file)).toEqual(Buffer.concat([Buffer.from('grüße '), Buffer.of(0, 255, 7, 8)]));
  await writeDurably(file, []);
  expect(await readFile(file, 'utf8')).toBe('');
  expect(await readdir(folder)).toEqual(['file']);
});

test('what a killed writer left beside the file does no harm', async () => {
  await writeFile(file, 'old');
  await writeFile(`${file}.part`, 'half of something much longer than what is written next');
  expect(await readFile(file, 'utf8')).toBe('old');
  await writeDurably(file, ['new']);
  expect(await readFile(file, 'utf8')).toBe('new');
  expect(await readdir(folder)).toEqual(['file']);
});

test('a write that fails leaves the old file and nothing else', async () => {
  await writeFile(file, 'old');
  const broken = [
    'new',
    new Proxy(new Uint8Array(4), {
      get() {
        throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      },
    }),
  ];
  await expect(writeDurably(file, broken)).rejects.toMatchObject({ code: 'disk-full' });
  expect(await readFile(file, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['file']);
});

test('what stands in the way is a typed error that names the folder only', async () => {
  const detail = { folder: 'missing' };
  await expect(writeDurably(join(folder, 'missing', 'file'), ['x'])).rejects.toMatchObject({
    code: 'folder-unwritable',
    detail,
  });
  await mkdir(join(file, 'full'), { recursive: true });
  await expect(writeDurably(file, ['x'])).rejects.toMatchObject({ code: 'folder-unwritable' });
  expect(await readdir(folder)).toEqual(['file']);
});
