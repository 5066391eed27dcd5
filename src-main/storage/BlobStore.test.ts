import { mkdtemp, readdir, readFile, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlobStore } from './BlobStore.ts';

/** SHA-256 of the three bytes "abc" (FIPS 180-2, appendix B.1). */
const abcHash = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const abc = new TextEncoder().encode('abc');

let folder: string;
let blobs: BlobStore;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'bratum-blobs-')), 'blobs');
  blobs = await BlobStore.open(folder);
});

afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

async function filesOf(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

async function listed(): Promise<string[]> {
  const hashes: string[] = [];
  for await (const hash of blobs.list()) hashes.push(hash);
  return hashes;
}

const pathOf = (hash: string) => join(folder, hash.slice(0, 2), hash);

describe('BlobStore', () => {
  it('names a content by its SHA-256 and gives it back', async () => {
    expect(await blobs.writeAll([abc])).toEqual([abcHash]);
    expect(await blobs.read(abcHash, 3)).toEqual(abc);
    expect((await stat(pathOf(abcHash))).size).toBeGreaterThan(0);
  });

  it.each([0, 1, 255, 65_536, 1_000_003])('keeps %i bytes that do not compress', async (length) => {
    const content = Uint8Array.from({ length }, (_, index) => Math.imul(index ^ 0x5bd1, 0x9e3779b1) >>> 24);
    const [hash] = await blobs.writeAll([content]);
    expect(Buffer.compare(await blobs.read(hash as string, length), content)).toBe(0);
  });

  it('keeps equal contents once', async () => {
    const [first, second] = await blobs.writeAll([abc, abc.slice()]);
    await blobs.writeAll([abc]);
    expect(first).toBe(second);
    expect(await filesOf(folder)).toEqual([abcHash]);
  });

  it('lets many writers write the same contents at once', async () => {
    const contents = Array.from({ length: 20 }, (_, index) => new Uint8Array(5000).fill(index));
    const stores = await Promise.all(Array.from({ length: 4 }, () => BlobStore.open(folder)));
    const answers = await Promise.all(stores.map((store) => store.writeAll(contents)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect((await filesOf(folder)).toSorted()).toEqual([...new Set(answers[0])].toSorted());
  });

  it('lists what it holds', async () => {
    const hashes = await blobs.writeAll([abc, new Uint8Array(9)]);
    expect((await listed()).toSorted()).toEqual(hashes.toSorted());
    expect(blobs.remove(abcHash, 60_000)).toBe(false);
    expect(blobs.remove(abcHash, 0)).toBe(true);
    expect(blobs.has(abcHash)).toBe(false);
    expect(await listed()).toHaveLength(1);
  });

  it('is readable by its owner only', async () => {
    await blobs.writeAll([abc]);
    if (process.platform === 'win32') return;
    expect((await stat(pathOf(abcHash))).mode & 0o777).toBe(0o600);
    for (const name of ['', 'incoming', 'ba'])
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o700);
  });

  const damages: [string, (path: string) => Promise<void>][] = [
    ['is missing', (path) => unlink(path)],
    ['is empty', (path) => writeFile(path, '')],
    ['is cut short', async (path) => writeFile(path, (await readFile(path)).subarray(0, -2))],
    [
      'has a flipped bit',
      async (path) =>
        writeFile(
          path,
          (await readFile(path)).map((b, i) => (i === 10 ? b ^ 1 : b)),
        ),
    ],
    ['holds something else', (path) => writeFile(path, zstdCompressSync('abd'))],
    ['unpacks to far more', (path) => writeFile(path, zstdCompressSync(Buffer.alloc(50_000_000)))],
    ['is far larger', (path) => writeFile(path, Buffer.alloc(100_000))],
  ];

  it.each(damages)('refuses a blob that %s', async (_, damage) => {
    await blobs.writeAll([abc]);
    await damage(pathOf(abcHash));
    await expect(blobs.read(abcHash, 3)).rejects.toMatchObject({ code: 'store-damaged' });
  });

  it('refuses a name that is no hash, such as a path', async () => {
    await expect(blobs.read('../../etc/passwd', 3)).rejects.toMatchObject({ code: 'store-damaged' });
  });

  it('removes abandoned files by age', async () => {
    const path = join(folder, 'incoming', `${abcHash}.left-by-a-crash`);
    await writeFile(path, 'half');
    expect(await blobs.removeAbandoned(60_000)).toBe(0);
    const twoMinutesAgo = new Date(Date.now() - 120_000);
    await utimes(path, twoMinutesAgo, twoMinutesAgo);
    expect(await blobs.removeAbandoned(60_000)).toBe(1);
    expect(await filesOf(folder)).toEqual([]);
  });
});
