import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPromise } from 'yauzl';
import { backUpFolder, restoreFolder } from '../../../src-main/calls/backUpStore.ts';
import { openCaseStore } from '../../../src-main/cases/openCaseStore.ts';
import { migrations } from '../../../src-main/storage/migrations.ts';
import { openDatabase } from '../../../src-main/storage/openDatabase.ts';
import { writeZip } from '../../fixtures/archives/writeZip.ts';
import { hasSmallDisks, withSmallDisk } from '../../support/smallDisk.ts';
import { randomNumbers, syntheticRecord } from '../store/syntheticRecord.ts';
import { fillStore, readWholeStore, type WholeStore } from './wholeStore.ts';

let folder: string;
let source: string;
let target: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-backup-'));
  [source, target] = [join(folder, 'source'), join(folder, 'target')];
  file = join(folder, 'backup.zip');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const backUp = (signal?: AbortSignal, progress?: (done: number, total: number) => void) =>
  backUpFolder({
    storeFolder: source,
    file,
    applicationVersion: '1.2.3',
    ...(signal && { signal }),
    ...(progress && { progress }),
  });

const restore = (isReplacing = false, storeFolder = target) =>
  restoreFolder({ file, storeFolder, isReplacing });

const numbers = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

/** Every file below a folder with its content's hash, but for SQLite's own bookkeeping. */
async function filesOf(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && !/-(wal|shm)$|restore\.lock$/.test(entry.name));
  const lines = files.map(async ({ parentPath, name }) => {
    const content = await readFile(join(parentPath, name));
    return `${createHash('sha256').update(content).digest('hex')} ${name}`;
  });
  return (await Promise.all(lines)).sort();
}

describe('a backup', () => {
  it('gives back every case, answer, heatmap and pixel, and the audit trail', async () => {
    await fillStore(source, numbers(0, 40));
    const written = await backUp();
    expect(written).toMatchObject({ cases: 4, analyses: 40, pictures: 40, applicationVersion: '1.2.3' });
    expect(written.sha256).toBe(
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    );
    expect((await stat(file)).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);
    await restore();
    const [before, after] = [await readWholeStore(source), await readWholeStore(target)];
    expect(after).toEqual(before);
    expect(after.audit).toEqual({ entries: 40, firstBroken: null });
    expect(await readdir(folder)).toEqual(['backup.zip', 'source', 'target']);
    expect((await readdir(target)).sort()).toEqual(['blobs', 'cases.db', 'restore.lock']);
  });

  it('is one state of a store that is written to meanwhile', async () => {
    await fillStore(source, numbers(0, 30));
    const store = await openCaseStore(source);
    let isWriting = true;
    const writing = (async () => {
      for (let number = 100; isWriting; number++) await store.record([syntheticRecord(number)]);
    })();
    const written = await backUp();
    isWriting = false;
    await writing;
    await store.close();
    await restore();
    const { slices, audit } = await readWholeStore(target);
    expect(written.pictures).toBeGreaterThanOrEqual(30);
    expect(slices).toHaveLength(written.pictures);
    expect(audit).toEqual({ entries: written.analyses, firstBroken: null });
    expect((await readWholeStore(source)).slices.length).toBeGreaterThan(written.pictures);
  });

  it('of an empty store restores an empty store, also over a full one', async () => {
    await fillStore(source, []);
    await backUp();
    await fillStore(target, numbers(0, 3));
    await restore(true);
    expect(await readWholeStore(target)).toMatchObject({ cases: [], audit: { entries: 0 } });
    expect(await readdir(join(target, 'blobs'))).toEqual(['incoming']);
  });

  it('can be cancelled, and then leaves what was there before', async () => {
    await fillStore(source, numbers(0, 20));
    await writeFile(file, 'an older backup');
    const cancelling = new AbortController();
    const stopped = backUp(cancelling.signal, (done) => {
      if (done === 7) cancelling.abort();
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readFile(file, 'utf8')).toBe('an older backup');
    expect((await readdir(folder)).sort()).toEqual(['backup.zip', 'source']);
  });

  it('is refused where there is no store, where a picture is missing, and where nobody may write', async () => {
    await expect(backUp()).rejects.toMatchObject({ code: 'store-unavailable' });
    await fillStore(source, numbers(0, 3));
    const [leaf] = (await readdir(join(source, 'blobs'))).filter((name) => name.length === 2);
    await rm(join(source, 'blobs', leaf ?? ''), { recursive: true });
    await expect(backUp()).rejects.toMatchObject({ code: 'store-damaged' });
    file = join(folder, 'nowhere', 'backup.zip');
    await expect(backUp()).rejects.toMatchObject({ code: 'folder-unwritable' });
  });
});

describe('restoring', () => {
  let kept: WholeStore;
  let keptFiles: string[];

  beforeEach(async () => {
    await fillStore(source, numbers(0, 12));
    await backUp();
    await fillStore(target, numbers(500, 5));
    kept = await readWholeStore(target);
    keptFiles = await filesOf(target);
  });

  async function expectKept(): Promise<void> {
    expect(await readWholeStore(target)).toEqual(kept);
    expect(await filesOf(target)).toEqual(keptFiles);
  }

  it('replaces cases only when it is told to', async () => {
    await expect(restore()).rejects.toMatchObject({ code: 'store-not-empty' });
    await expectKept();
    await restore(true);
    expect(await readWholeStore(target)).toEqual(await readWholeStore(source));
    expect((await filesOf(target)).filter((line) => keptFiles.includes(line))).toEqual([]);
  });

  it('waits for nobody who has the old store open, and leaves it to them', async () => {
    const other = await openCaseStore(target);
    await expect(restore(true)).rejects.toMatchObject({ code: 'store-busy' });
    await other.record([syntheticRecord(600)]);
    await other.close();
    expect((await readWholeStore(target)).slices).toHaveLength(6);
  });

  it('takes the place of a store that is damaged beyond opening', async () => {
    await writeFile(
      join(target, 'cases.db'),
      'no database at all, but long enough to be looked at'.repeat(40),
    );
    await expect(openCaseStore(target)).rejects.toMatchObject({ code: 'store-damaged' });
    await restore(true);
    expect(await readWholeStore(target)).toEqual(await readWholeStore(source));
  });

  it('finds every changed byte of the content, and changes nothing then', async () => {
    const whole = await readFile(file);
    const zip = await openPromise(file, { lazyEntries: true, autoClose: false });
    const places: number[] = [];
    for await (const entry of zip.eachEntry()) {
      const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
      places.push(fileDataStart, fileDataStart + Math.floor(entry.compressedSize / 2));
    }
    zip.close();
    for (const place of places) {
      const changed = Buffer.from(whole);
      changed[place]! ^= 0x10;
      await writeFile(file, changed);
      await expect(restore(true), `byte ${place}`).rejects.toMatchObject({ code: 'backup-damaged' });
    }
    await expectKept();
  });

  it('never restores anything else than what was backed up, wherever the file is damaged or cut', async () => {
    const whole = await readFile(file);
    const original = await readWholeStore(source);
    const random = randomNumbers(7);
    for (let round = 0; round < 40; round++) {
      const changed = Buffer.from(whole);
      const place = Math.floor(random() * whole.length);
      changed[place]! ^= 1 << Math.floor(random() * 8);
      await writeFile(file, round % 4 === 0 ? changed.subarray(0, place) : changed);
      const folderOfRound = join(folder, `round-${round}`);
      const outcome = await restore(false, folderOfRound).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'backup-damaged' });
      else expect(await readWholeStore(folderOfRound)).toEqual(original);
    }
  });

  it.each([
    ['a text', () => writeFile(file, 'not a zip file')],
    ['another zip', () => writeFile(file, writeZip([{ name: 'a.txt', bytes: Buffer.from('a') }]))],
  ])('refuses %s', async (_, write) => {
    await write();
    await expect(restore(true)).rejects.toMatchObject({ code: 'backup-damaged' });
    await expectKept();
  });

  it('unpacks no file that does not belong into a store, whatever the sums say', async () => {
    const content = Buffer.from('evil');
    const sum = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    for (const name of ['evil', 'blobs/ab/evil', 'blobs/../../evil', `blobs/ab/${'b'.repeat(64)}`]) {
      const description = Buffer.from(
        JSON.stringify({
          format: 1,
          createdAt: '2026-01-01T00:00:00.000Z',
          applicationVersion: '1',
          storeVersion: 1,
          cases: 0,
          analyses: 0,
          pictures: 1,
        }),
      );
      const sums = `${sum(description)}  backup.json\n${sum(content)}  cases.db\n${sum(content)}  ${name}\n`;
      const entries = { 'backup.json': description, 'cases.db': content, [name]: content };
      const files = Object.entries({ ...entries, SHA256SUMS: Buffer.from(sums) });
      await writeFile(file, writeZip(files.map(([path, bytes]) => ({ name: path, bytes }))));
      await expect(restore(true), name).rejects.toMatchObject({ code: 'backup-damaged' });
    }
    await expectKept();
    expect((await readdir(folder)).sort()).toEqual(['backup.zip', 'source', 'target']);
  });

  it('refuses a store of a newer version, and brings an older one up to date', async () => {
    const database = await openDatabase(join(source, 'cases.db'), migrations);
    database.write(() => database.prepare(`PRAGMA user_version = ${migrations.length + 1}`).run());
    database.close();
    await backUp();
    await expect(restore(true)).rejects.toMatchObject({
      code: 'store-from-newer-version',
      detail: { found: migrations.length + 1, known: migrations.length },
    });
    await expectKept();
    await rm(source, { recursive: true });
    (await openDatabase(join(source, 'cases.db'), migrations.slice(0, 3))).close();
    await backUp();
    await restore(true);
    expect((await readWholeStore(target)).cases).toEqual([]);
  });
});

describe('a disk that fills up', () => {
  it.skipIf(!hasSmallDisks)('gets no half backup, and no half store', () => {
    const script = join(import.meta.dirname, 'fillDisk.ts');
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const { status, stderr } = withSmallDisk(disk, process.execPath, script, join(folder, 'roomy'), disk);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});
