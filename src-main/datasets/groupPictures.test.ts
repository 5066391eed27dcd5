import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventHead } from '../../tests/fixtures/inventHead.ts';
import { groupPictures, type Grouping } from './groupPictures.ts';
import { Labels } from './Labels.ts';
import { readPictures, type DescribedPicture } from './readPictures.ts';
import { scanReport, type ScanReport } from './scanReport.ts';

const side = 160;
const heads = 40;

/** What is done to a copy; the names are without numbers, so that no name tells of the pair. */
const changes: Record<string, (head: Sharp) => Sharp> = {
  smaller: (head) => head.resize(100).png(),
  larger: (head) => head.resize(300).png(),
  stretched: (head) => head.resize(224, 180, { fit: 'fill' }).png(),
  compressed: (head) => head.jpeg({ quality: 40 }),
  brightened: (head) => head.linear(1.2, 15).png(),
  cropped: (head) => head.extract({ left: 6, top: 2, width: side - 8, height: side - 8 }).png(),
  mirrored: (head) => head.flop().jpeg({ quality: 85 }),
  framed: (head) =>
    head
      .extract({ left: 2, top: 2, width: side - 4, height: side - 4 })
      .extend({ top: 2, bottom: 2, left: 2, right: 2, background: '#242424' })
      .png(),
};

let folder: string;
let pictures: DescribedPicture[];
let grouping: Grouping;
let report: ScanReport;

const letters = (seed: number): string => String.fromCharCode(97 + Math.floor(seed / 26), 97 + (seed % 26));

function headOf(seed: number): Sharp {
  return sharp(inventHead(seed, side), { raw: { width: side, height: side, channels: 1 } }).toColourspace(
    'b-w',
  );
}

async function put(path: string, picture: Sharp): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await picture.toFile(file);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grouping-'));
  for (let seed = 0; seed < heads; seed++) {
    await put(`Training/glioma_tumor/${letters(seed)}.png`, headOf(seed).png());
    const [name, change] = Object.entries(changes)[seed % Object.keys(changes).length]!;
    const extension = name === 'compressed' || name === 'mirrored' ? 'jpg' : 'png';
    if (seed < 28)
      await put(`Training/glioma_tumor/${letters(seed)}-${name}.${extension}`, change(headOf(seed)));
  }
  await mkdir(join(folder, 'Testing/meningioma_tumor'), { recursive: true });
  const original = (seed: number): string => join(folder, 'Training/glioma_tumor', `${letters(seed)}.png`);
  await copyFile(original(30), join(folder, 'Testing/meningioma_tumor/copy.png'));
  await put('Testing/meningioma_tumor/saved-anew.png', headOf(31).png({ compressionLevel: 0 }));
  for (const name of ['blank-x.png', 'blank-y.png'])
    await put(
      name,
      sharp({
        create: {
          width: 64,
          height: 64,
          channels: 3,
          background: name === 'blank-x.png' ? '#000' : '#040404',
        },
      }).png(),
    );
  await writeFile(join(folder, 'broken.png'), 'no picture');
  ({ pictures, grouping } = await scan());
  report = scanReport(pictures, grouping);
});
afterAll(() => rm(folder, { recursive: true }));

async function scan(): Promise<{ pictures: DescribedPicture[]; grouping: Grouping }> {
  const found: DescribedPicture[] = [];
  for await (const item of readPictures(folder, new Labels()))
    if (item.kind === 'picture') found.push(item.picture);
  return { pictures: found, grouping: await groupPictures(found) };
}

describe('groupPictures', () => {
  it('finds every changed copy, and joins no two different heads', () => {
    const found = report.nearDuplicates.list.map((paths) =>
      paths.map((path) => path.split('/').at(-1)!.slice(0, 2)),
    );
    expect(found.filter(([a, b]) => a === b).map(([a]) => a)).toEqual(
      Array.from({ length: 28 }, (_, seed) => letters(seed)),
    );
    expect(found.filter(([a, b]) => a !== b)).toEqual([]);
  });

  it('tells same bytes from same pixels', () => {
    expect(report.exactDuplicates).toEqual({
      groups: 1,
      extraFiles: 1,
      list: [['Testing/meningioma_tumor/copy.png', `Training/glioma_tumor/${letters(30)}.png`]],
    });
    expect(report.pixelDuplicates.list).toEqual([
      ['Testing/meningioma_tumor/saved-anew.png', `Training/glioma_tumor/${letters(31)}.png`],
    ]);
  });

  it('reports twins across the folders’ split and under two classes', () => {
    expect(report.crossSplit.testFilesWithTwin).toBe(2);
    expect(report.crossSplit.groups).toBe(2);
    expect(report.labelConflicts).toHaveLength(2);
  });

  it('does not join blank pictures', () => {
    const blank = [...pictures.keys()].filter((i) => pictures[i]!.path.startsWith('blank'));
    expect(blank.map((i) => grouping.groupOf[i])).toEqual(blank);
  });

  it('gives the same groups again', async () => {
    const again = await scan();
    expect(again.grouping).toEqual(grouping);
  });

  it('keeps slices of one patient and of one series together', async () => {
    const patients = pictures.slice(0, 4).map((picture, i) => ({
      ...picture,
      thumbnail: inventThumbnail(i),
      patientKey: i < 2 ? 'a' : null,
      seriesKey: i > 1 ? 'b' : null,
    }));
    const { groupOf } = await groupPictures(
      patients.map((picture, i) => ({ ...picture, fileHash: `${i}`, pixelHash: `${i}` })),
    );
    expect([...groupOf]).toEqual([0, 0, 2, 2]);
  });

  it('stops when it is cancelled', async () => {
    const signal = AbortSignal.abort();
    await expect(groupPictures(pictures, { signal })).rejects.toMatchObject({ code: 'cancelled' });
  });
});

function inventThumbnail(seed: number): Uint8Array<ArrayBuffer> {
  return inventHead(seed, 48);
}

describe('readPictures', () => {
  it('lists what cannot be read, and describes the rest by its folder', async () => {
    const unreadable: string[] = [];
    for await (const item of readPictures(folder, new Labels()))
      if (item.kind === 'unreadable') unreadable.push(item.path);
    expect(unreadable).toEqual(['broken.png']);
    expect(pictures.find(({ path }) => path.endsWith('copy.png'))).toMatchObject({
      part: 'testing',
      class: 'meningioma_tumor',
      plane: null,
      rows: side,
      columns: side,
      frame: null,
    });
  });
});
