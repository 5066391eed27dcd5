import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { inventHead } from '../../tests/fixtures/inventHead.ts';
import { hashContent } from '../images/hashContent.ts';
import { manifestText, readManifest, type ManifestEntry } from './Manifest.ts';
import { verifyFolder } from './verifyFolder.ts';

const folders: string[] = [];
let folder: string;
let manifest: ManifestEntry[];

/** Three pictures, the first of them there twice. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verify-'));
  folders.push(folder);
  manifest = [];
  for (const [k, name] of (['glioma_tumor', 'no_tumor', 'no_tumor'] as const).entries()) {
    await mkdir(join(folder, name), { recursive: true });
    const file = join(folder, name, `${k}.png`);
    await sharp(inventHead(k, 32), { raw: { width: 32, height: 32, channels: 1 } }).toFile(file);
    manifest.push({ hash: hashContent(await readFile(file)), class: name, plane: 'axial' });
  }
  await copyFile(join(folder, 'glioma_tumor/0.png'), join(folder, 'glioma_tumor/again.png'));
  manifest.push(manifest[0]!);
});
afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true }))));

describe('verifyFolder', () => {
  it('finds a complete copy under whatever names', async () => {
    expect(await verifyFolder(folder, manifest)).toEqual({
      isComplete: true,
      expected: 4,
      found: 4,
      missing: [],
      unknown: [],
      misplaced: [],
      unreadable: [],
    });
  });

  it('says what is missing, too much, changed and misplaced', async () => {
    await rm(join(folder, 'no_tumor/1.png'));
    await copyFile(join(folder, 'glioma_tumor/0.png'), join(folder, 'glioma_tumor/third.png'));
    await mkdir(join(folder, 'pituitary_tumor'));
    await copyFile(join(folder, 'no_tumor/2.png'), join(folder, 'pituitary_tumor/2.png'));
    await rm(join(folder, 'no_tumor/2.png'));
    await writeFile(join(folder, 'no_tumor/empty.png'), '');
    expect(await verifyFolder(folder, manifest)).toMatchObject({
      isComplete: false,
      found: 3,
      missing: [manifest[1]],
      unknown: ['glioma_tumor/third.png'],
      misplaced: [{ path: 'pituitary_tumor/2.png', expectedClasses: ['no_tumor'] }],
      unreadable: [{ path: 'no_tumor/empty.png', error: { code: 'file-empty' } }],
    });
  });
});

describe('manifestText and readManifest', () => {
  it('give back the entries, sorted, whatever their order was', async () => {
    const file = join(folder, 'set.csv');
    await writeFile(file, manifestText(manifest));
    const read = await readManifest(file);
    expect(read).toHaveLength(4);
    expect(manifestText(read)).toBe(manifestText(manifest.toReversed()));
  });

  it('says that a file is not there', async () => {
    await expect(readManifest(join(folder, 'none.csv'))).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  it('names the line that is no entry', async () => {
    const file = join(folder, 'bad.csv');
    await writeFile(file, `hash,class,plane\n${'a'.repeat(64)},no_tumor,axial\nabc,no_tumor,axial\n`);
    await expect(readManifest(file)).rejects.toMatchObject({
      detail: { reason: 'bad.csv, line 3, is no entry of a manifest.' },
    });
  });
});

describe('the shipped manifest', () => {
  it('names 3,264 files of 3,027 contents, each content with one class and one plane', async () => {
    const shipped = await readManifest(
      join(import.meta.dirname, '../../resources/brain-tumor-mri.manifest.csv'),
    );
    const count = (plane: string): number => shipped.filter((entry) => entry.plane === plane).length;
    expect(shipped).toHaveLength(3264);
    expect([count('axial'), count('sagittal'), count('coronal')]).toEqual([1313, 995, 956]);
    expect(new Set(shipped.map(({ hash }) => hash)).size).toBe(3027);
    expect(new Set(shipped.map((entry) => Object.values(entry).join())).size).toBe(3027);
  });
});
