import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pictureFilterSchema, type PictureSelection } from '../../../src-shared/contract/pictureSelection.ts';
import { writeInventedDataset } from '../../../tests/fixtures/writeInventedDataset.ts';
import { readLabels } from '../Labels.ts';
import { applyLabels } from './applyLabels.ts';
import { DatasetStore } from './DatasetStore.ts';
import { importSource } from './importSource.ts';
import type { WantedValue } from './LabelJournal.ts';

let folder: string;
let store: DatasetStore;
let dataset: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-workspace-'));
  store = await DatasetStore.open(join(folder, 'store'));
  dataset = store.sets.create('Invented');
  await writeInventedDataset(join(folder, 'set'), 3);
});

afterEach(async () => {
  store.close();
  await rm(folder, { recursive: true });
});

const everything = (filter: object = {}): PictureSelection => ({
  dataset,
  filter: pictureFilterSchema.parse(filter),
  sort: 'path',
});

async function importFolder(path = join(folder, 'set'), signal?: AbortSignal, onFile?: () => void) {
  const source = store.sets.addSource(dataset, path, false);
  const intake = store.intake(dataset, source);
  const tally = await importSource({
    path,
    intake,
    askGuard: null,
    ...(signal && { signal }),
    ...(onFile && { onFile }),
  });
  store.sets.forgetEmptySources(dataset, [source]);
  return tally;
}

const allIds = (): number[] => [...store.pictures.sheet(everything(), null).ids];

const step = (values: WantedValue[], who = 'Ada', field: 'class' | 'plane' = 'plane') =>
  store.journal.change({ dataset, text: 'x', who, isOwnOpinion: true, wanted: { [field]: values } });

test('a folder is imported once; again, only what is new, and what moved keeps its labels', async () => {
  expect(await importFolder()).toMatchObject({ added: 12, unchanged: 0, unreadable: 0, skipped: 1 });
  expect(await importFolder()).toMatchObject({ added: 0, unchanged: 12 });
  const { pictures } = store.pictures.list(everything(), { offset: 0, limit: 100 });
  expect(pictures[0]).toMatchObject({
    path: 'glioma_tumor/0.png',
    class: 'glioma_tumor',
    classOrigin: 'folder',
    plane: null,
    rows: 160,
  });
  step([[pictures[0]!.id, 'axial', 'person']]);

  await rename(join(folder, 'set'), join(folder, 'elsewhere'));
  expect(await importFolder(join(folder, 'elsewhere'))).toMatchObject({ added: 0, relinked: 12, missing: 0 });
  expect(store.sets.sources(dataset)).toMatchObject([{ name: 'elsewhere', pictures: 12 }]);
  expect(store.pictures.rowsOf(dataset, [pictures[0]!.id])).toMatchObject([{ plane: 'axial' }]);

  await rm(join(folder, 'elsewhere', 'glioma_tumor', '0.png'));
  await writeFile(join(folder, 'elsewhere', 'bad.jpg'), 'no picture');
  expect(await importFolder(join(folder, 'elsewhere'))).toMatchObject({ missing: 1, unreadable: 1 });
  expect(store.sets.find(dataset)).toMatchObject({ pictures: 12, missing: 1 });
  expect(store.sets.unreadable(dataset, { offset: 0, limit: 10 })).toMatchObject({
    unreadable: [{ path: 'bad.jpg', error: { code: 'image-damaged' } }],
    total: 1,
  });
  expect(await importFolder(join(folder, 'elsewhere'))).toMatchObject({ unchanged: 11, unreadable: 1 });
});

test('a copy of a picture is a picture of its own; a changed file stays the same picture', async () => {
  await importFolder();
  const [from, to] = [join(folder, 'set/glioma_tumor/0.png'), join(folder, 'set/no_tumor/copy.png')];
  await copyFile(from, to);
  expect(await importFolder()).toMatchObject({ added: 1, relinked: 0 });
  const before = allIds();
  await copyFile(join(folder, 'set/glioma_tumor/997.png'), from);
  expect(await importFolder()).toMatchObject({ updated: 1 });
  expect(allIds()).toEqual(before);
});

test('an import that is cancelled keeps what it has, and the next one goes on', async () => {
  const stop = new AbortController();
  let files = 0;
  const cut = importFolder(join(folder, 'set'), stop.signal, () => {
    if (++files === 5) stop.abort();
  });
  await expect(cut).rejects.toThrow('cancelled');
  const kept = allIds().length;
  expect(kept).toBeGreaterThan(0);
  expect(store.sets.sources(dataset)[0]!.importedAt).toBeNull();
  expect(await importFolder()).toMatchObject({ added: 12 - kept, unchanged: kept });
});

test('any number of steps is taken back and made again, to the same labels', async () => {
  await importFolder();
  const ids = allIds();
  const sheets: string[] = [];
  const look = () => {
    const { classes, planes } = store.pictures.sheet(everything(), null);
    return `${classes.join()} ${planes.join()}`;
  };
  for (const [i, id] of ids.entries()) {
    sheets.push(look());
    if (i % 2 === 0) step([[id, 'axial', 'person']]);
    else
      step(
        [
          [id, 'no_tumor', 'person'],
          [ids[0]!, 'glioma_tumor', 'person'],
        ],
        'Ada',
        'class',
      );
  }
  const last = look();
  for (const expected of sheets.toReversed()) {
    store.journal.undo(dataset);
    expect(look()).toBe(expected);
  }
  expect(store.journal.undo(dataset)).toEqual([]);
  expect(store.journal.labellers(dataset)).toEqual([]);
  while (store.journal.redo(dataset).length > 0);
  expect(look()).toBe(last);

  // A new step after one was taken back: that one is gone.
  store.journal.undo(dataset);
  step([[ids[0]!, 'coronal', 'person']]);
  expect(store.journal.state(dataset)).toMatchObject({ undo: { who: 'Ada', pictures: 1 }, redo: null });
});

test('each labeller keeps an opinion of their own, and a picture tells its history', async () => {
  await importFolder();
  const [first, second] = allIds() as [number, number];
  step(
    [
      [first, 'axial', 'person'],
      [second, 'axial', 'person'],
    ],
    'Ada',
  );
  step([[first, 'coronal', 'person']], 'Béla');
  const planesOf = (who: string | null) => [
    ...store.pictures.sheet(everything({ ids: [first, second] }), who).planes,
  ];
  expect(planesOf(null)).toEqual([3, 1]);
  expect(planesOf('Ada')).toEqual([1, 1]);
  expect(planesOf('Béla')).toEqual([3, 0]);
  store.journal.undo(dataset);
  expect(planesOf(null)).toEqual([1, 1]);
  expect(store.journal.labellers(dataset)).toEqual(['Ada']);
  expect(store.journal.history(first)).toMatchObject([
    { field: 'class', value: 'glioma_tumor', origin: 'folder', who: null },
    { field: 'plane', value: 'axial', who: 'Ada', isUndone: false },
    { field: 'plane', value: 'coronal', who: 'Béla', isUndone: true },
  ]);
});

test('a label file speaks for its pictures, and a found one not against people', async () => {
  await importFolder();
  const ids = allIds();
  step([[ids[0]!, 'coronal', 'person']]);
  const labels = await readLabels(join(folder, 'set', 'labels.csv'));
  labels.set({ path: 'nowhere.png' }, { plane: 'axial' });
  const task = { dataset, labels, name: 'labels.csv', who: 'Ada' };
  expect(applyLabels(store, { ...task, isOverriding: false })).toEqual({
    labelled: 11,
    rowsWithoutPicture: 1,
  });
  expect(store.pictures.rowsOf(dataset, [ids[0]!])).toMatchObject([{ plane: 'coronal' }]);
  expect(applyLabels(store, { ...task, isOverriding: true })).toMatchObject({ labelled: 1 });
  expect(store.sets.find(dataset).counts).toMatchObject({
    classes: { glioma_tumor: 3, none: 0 },
    planes: { axial: 4, sagittal: 4, coronal: 4, none: 0 },
  });
});

test('quarantine hides a picture from lists, is undone, and saved things can be locked', async () => {
  await importFolder();
  const [first] = allIds() as [number];
  const wanted = { quarantine: [[first, 'yes', 'person']] as WantedValue[] };
  store.journal.change({ dataset, text: 'Into quarantine', who: 'Ada', isOwnOpinion: true, wanted });
  expect(allIds()).not.toContain(first);
  expect(store.sets.find(dataset)).toMatchObject({ pictures: 11, quarantined: 1 });
  store.journal.undo(dataset);
  expect(allIds()).toContain(first);

  const item = store.saved.save(dataset, { kind: 'subset', name: 'All', content: { a: 1 } });
  store.saved.lock(dataset, item.id, true);
  expect(() => store.saved.save(dataset, { kind: 'subset', name: 'All', content: {} })).toThrow(
    'saved-locked',
  );
  expect(() => store.saved.remove(dataset, item.id)).toThrow('saved-locked');
  expect(store.saved.list(dataset, 'subset')).toMatchObject([{ content: { a: 1 }, isLocked: true }]);
  await store.remove(dataset);
  expect(store.sets.list()).toEqual([]);
});

test('what is kept of a picture is what a scan says of it, and previews are pictures', async () => {
  await mkdir(join(folder, 'x'), { recursive: true });
  await importFolder();
  const [described] = [...store.pictures.describe(everything())];
  expect(described).toMatchObject({
    path: 'glioma_tumor/0.png',
    frame: null,
    columns: 160,
    isQuarantined: false,
  });
  expect(described!.thumbnail).toHaveLength(48 ** 2);
  expect(described!.look).toHaveLength(8);
  const [preview] = store.pictures.previews(dataset, [described!.id]);
  expect([...preview!.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
});
