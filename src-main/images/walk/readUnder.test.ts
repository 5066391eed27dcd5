import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '../../../src-shared/errors.ts';
import { readUnder, type ReadFile, type ReadItem } from './readUnder.ts';

const bitmap = (last: number): Buffer => Buffer.from([0x42, 0x4d, ...Array<number>(60).fill(0), last]);
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bratum-read-'));
  await mkdir(join(root, 'b'));
  await writeFile(join(root, 'a.bmp'), bitmap(1));
  await writeFile(join(root, 'b', 'c.bmp'), bitmap(2));
  await writeFile(join(root, 'b', 'd.bmp'), bitmap(3));
  await writeFile(join(root, 'b', 'empty.png'), '');
  await writeFile(join(root, 'notes.txt'), 'nothing to see');
});

afterEach(() => rm(root, { recursive: true }));

async function collect<Value>(items: AsyncIterable<ReadItem<Value>>): Promise<ReadItem<Value>[]> {
  const all: ReadItem<Value>[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const summary = ({ path, fileHash }: ReadFile): Promise<string> => Promise.resolve(`${path} ${fileHash}`);
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('gives files in the order of paths, whichever is done first, with the hash of their bytes', async () => {
  const slowFirst = async (file: ReadFile): Promise<string> => {
    if (file.path === 'a.bmp') await new Promise((resolve) => setTimeout(resolve, 30));
    return summary(file);
  };
  const items = await collect(readUnder(root, { read: slowFirst }));
  expect(items).toEqual([
    { kind: 'read', value: `a.bmp ${hashOf(bitmap(1))}` },
    { kind: 'read', value: `b/c.bmp ${hashOf(bitmap(2))}` },
    { kind: 'read', value: `b/d.bmp ${hashOf(bitmap(3))}` },
    { kind: 'failure', path: 'b/empty.png', error: { code: 'file-empty', detail: { file: 'empty.png' } } },
    { kind: 'skipped', path: 'notes.txt', reason: expect.any(String) as string },
  ]);
});

test('what a person can act on is the failure of one file, a bug the end of all', async () => {
  const read = ({ path }: ReadFile): Promise<string> => {
    if (path === 'b/c.bmp') throw new UserError('image-damaged', { file: 'c.bmp' });
    return Promise.resolve(path);
  };
  const items = await collect(readUnder(root, { read, wantsFile: (path) => path.endsWith('.bmp') }));
  expect(items.filter(({ kind }) => kind !== 'skipped')).toEqual([
    { kind: 'read', value: 'a.bmp' },
    { kind: 'failure', path: 'b/c.bmp', error: { code: 'image-damaged', detail: { file: 'c.bmp' } } },
    { kind: 'read', value: 'b/d.bmp' },
  ]);
  const bug = new TypeError('a bug');
  await expect(collect(readUnder(root, { read: () => Promise.reject(bug) }))).rejects.toBe(bug);
});

test('a root that is a file goes by its name, and a cancelled walk ends', async () => {
  const file = join(root, 'b', 'd.bmp');
  expect(await collect(readUnder(file, { read: summary }))).toEqual([
    { kind: 'read', value: `d.bmp ${hashOf(bitmap(3))}` },
  ]);
  const controller = new AbortController();
  const read = (file: ReadFile): Promise<string> => {
    controller.abort();
    return summary(file);
  };
  await expect(collect(readUnder(root, { read, signal: controller.signal }))).rejects.toMatchObject({
    code: 'cancelled',
  });
});
