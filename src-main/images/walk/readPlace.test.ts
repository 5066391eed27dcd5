import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { writeZip } from '../../../tests/fixtures/archives/writeZip.ts';
import { readPlace } from './readPlace.ts';
import { ZipArchive } from './ZipArchive.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'bratum-place-'))));
afterEach(() => rm(folder, { recursive: true }));

function write(file: string, contents: Record<string, string>): Promise<void> {
  return writeFile(
    file,
    writeZip(Object.entries(contents).map(([name, text]) => ({ name, bytes: Buffer.from(text) }))),
  );
}

const textAt = async (path: string): Promise<string> => Buffer.from(await readPlace(path)).toString();

test('reads the directory of an archive once for many files, and anew once it is another archive', async () => {
  const file = join(folder, 'a.zip');
  const readDirectory = vi.spyOn(ZipArchive.prototype, 'readDirectory');
  await write(file, { 'a/1.txt': 'one', 'a/2.txt': 'two' });
  expect(await Promise.all(['1', '2', '1'].map((name) => textAt(`${file}!/a/${name}.txt`)))).toEqual([
    ...['one', 'two', 'one'],
  ]);
  expect(readDirectory).toHaveBeenCalledTimes(1);
  await write(file, { 'a/1.txt': 'another one' });
  expect(await textAt(`${file}!/a/1.txt`)).toBe('another one');
  await expect(readPlace(`${file}!/a/2.txt`)).rejects.toMatchObject({
    code: 'file-not-found',
    detail: { file: '2.txt' },
  });
  expect(readDirectory).toHaveBeenCalledTimes(2);
});

test('says that an archive is gone or damaged each time, and reads it once it is mended', async () => {
  const file = join(folder, 'b.zip');
  await expect(readPlace(`${file}!/1.txt`)).rejects.toMatchObject({ code: 'file-not-found' });
  await writeFile(file, 'no archive');
  for (let turn = 0; turn < 2; turn++)
    await expect(readPlace(`${file}!/1.txt`)).rejects.toMatchObject({ code: 'archive-damaged' });
  await write(file, { '1.txt': 'one' });
  expect(await textAt(`${file}!/1.txt`)).toBe('one');
});
