import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { splitDataset } from '../../src-main/calls/splitDataset.ts';
import { pictureFilterSchema } from '../../src-shared/contract/pictureSelection.ts';
import { planes } from '../../src-shared/domain/plane.ts';
import { sheetClasses } from '../../src-shared/domain/workspace.ts';
import { augmentationPresets } from '../../src-shared/imaging/augmentation/augmentationPresets.ts';
import type { Outcome } from '../../src-shared/errors.ts';
import { inventHead } from '../fixtures/inventHead.ts';
import { writeInventedDataset } from '../fixtures/writeInventedDataset.ts';
import { OpenedWorkstation } from './openedWorkstation.ts';

const side = 160;
let folder: string;
let workstation: OpenedWorkstation;
let dataset: number;

/** 24 heads in four classes; of one a copy in bytes and a smaller one, of another a copy under a second class. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hygiene-'));
  await writeInventedDataset(folder, 6);
  await mkdir(join(folder, 'Training', 'no_tumor'), { recursive: true });
  await mkdir(join(folder, 'Testing', 'no_tumor'), { recursive: true });
  const head = sharp(inventHead(77, side), { raw: { width: side, height: side, channels: 1 } });
  await head.clone().png().toFile(join(folder, 'Training/no_tumor/x.png'));
  await head.clone().resize(100).png().toFile(join(folder, 'Testing/no_tumor/y.png'));
  await copyFile(join(folder, 'Training/no_tumor/x.png'), join(folder, 'Training/no_tumor/z.png'));
  await copyFile(join(folder, 'glioma_tumor/0.png'), join(folder, 'meningioma_tumor/other.png'));
  workstation = await OpenedWorkstation.open();
  ({ id: dataset } = await workstation.call('createDataset', { name: 'Invented' }));
  const sources = workstation.addPaths(folder);
  valueOf((await workstation.job('importPictures', { dataset, sources })).outcome);
}, 120_000);

afterAll(async () => {
  await workstation.close();
  await rm(folder, { recursive: true });
});

function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (!outcome.ok) throw new Error(outcome.error.code);
  return outcome.value;
}

const scan = async () => valueOf((await workstation.job('scanHygiene', { dataset })).outcome);

test('finds what was planted, once, resolves it by quarantine, and takes that back', async () => {
  expect(await workstation.call('readHygiene', { dataset })).toMatchObject({ state: 'absent' });
  const overview = await scan();
  expect(overview.state).toBe('current');
  expect(overview.counts).toMatchObject({
    exact: { open: 2, resolved: 0 },
    near: { open: 1, resolved: 0 },
    leak: { open: 1, resolved: 0 },
    conflict: { open: 1, resolved: 0 },
  });

  const { findings } = await workstation.call('listFindings', { dataset, kind: 'near' });
  const [near] = findings;
  expect(near?.pictures.find(({ id }) => id === near.keeper)?.path).toBe('Training/no_tumor/x.png');
  expect(near?.reason).toContain('The largest is kept, 160 × 160.');

  const resolved = await workstation.call('resolveFindings', { dataset, kind: 'leak', keys: null });
  expect(resolved).toMatchObject({
    findings: 1,
    pictures: 1,
    undo: { text: 'Hygiene: twins across the folders’ split' },
  });
  const after = await workstation.call('readHygiene', { dataset });
  expect(after.counts).toMatchObject({ leak: { open: 0, resolved: 1 }, near: { open: 0, resolved: 1 } });
  expect(after.state).toBe('current');

  await workstation.call('undoPictureChange', { dataset });
  expect((await workstation.call('readHygiene', { dataset })).counts.leak).toEqual({ open: 1, resolved: 0 });
  await workstation.restart();
  expect((await workstation.call('readHygiene', { dataset })).counts).toEqual(overview.counts);
}, 120_000);

test('a person’s keeper goes before the suggested one', async () => {
  const list = () => workstation.call('listFindings', { dataset, kind: 'conflict' });
  const [conflict] = (await list()).findings;
  const keeper = conflict!.pictures.find((picture) => picture.class === 'meningioma_tumor')!.id;
  await workstation.call('resolveFindings', { dataset, kind: 'conflict', keys: [conflict!.key], keeper });
  expect((await list()).total).toBe(0);
  const { pictures } = await workstation.call('listPictureRows', { dataset, ids: [keeper] });
  expect(pictures[0]).toMatchObject({ isQuarantined: false });
  await workstation.call('undoPictureChange', { dataset });
});

test('labels are judged by models that have not seen the pictures; a person’s word ends the doubt', async () => {
  const judged = valueOf((await workstation.job('judgeLabels', { dataset })).outcome);
  const { pictures } = await workstation.call('listPictures', { dataset });
  // Nobody was trained on invented heads, so every labelled one is judged.
  expect(judged.judged.pictures).toBe(pictures.filter((picture) => picture.class !== null).length);
  expect(judged.judged.models).toContain('combined');
  const list = async (isResolved = false) =>
    (await workstation.call('listFindings', { dataset, kind: 'label', isResolved })).findings;
  const open = await list();
  expect(open).toHaveLength(judged.counts.label.open);
  expect(open.length).toBeGreaterThan(0);
  const [doubt] = open;
  const [picture] = doubt!.pictures;
  expect(doubt!.proposal).not.toBe(picture!.class);
  await workstation.call('changePictures', {
    dataset,
    ids: [picture!.id],
    change: { class: picture!.class },
  });
  expect((await list()).map(({ key }) => key)).not.toContain(doubt!.key);
  expect((await list(true)).map(({ key }) => key)).toContain(doubt!.key);
  await workstation.call('undoPictureChange', { dataset });
}, 120_000);

test('the map has every picture once with its labels, is the same again, and leaves out what went into quarantine', async () => {
  const seed = 5;
  const lay = async () => valueOf((await workstation.job('mapFeatures', { dataset, seed })).outcome);
  const read = async () => (await workstation.call('readFeatureMap', { dataset })).map!;
  expect(await workstation.call('readFeatureMap', { dataset })).toEqual({ map: null });
  const { pictures, total } = await workstation.call('listPictures', { dataset });
  expect(await lay()).toEqual({ pictures: total });
  const map = await read();
  expect([...map.ids].sort((a, b) => a - b)).toEqual(pictures.map(({ id }) => id).sort((a, b) => a - b));
  for (const [i, id] of map.ids.entries()) {
    const { class: tumour } = pictures.find((picture) => picture.id === id)!;
    expect(sheetClasses[map.classes[i]! - 1] ?? null).toBe(tumour);
  }
  await lay();
  expect((await read()).places).toEqual(map.places);

  const { counts, sizes, intensities } = await workstation.call('readDistributions', { dataset });
  const sum = (values: number[]) => values.reduce((all, value) => all + value, 0);
  expect(sum(counts.map((count) => count.pictures))).toBe(total);
  for (const bins of [sizes, intensities])
    expect(sum(bins.flatMap(({ classes }) => Object.values(classes)))).toBe(total);

  const ids = [map.ids[0]!];
  await workstation.call('changePictures', { dataset, ids, change: { isQuarantined: true } });
  expect((await read()).ids).toHaveLength(total - 1);
  await workstation.call('undoPictureChange', { dataset });
}, 120_000);

test('a folder that is gone leaves its pictures missing, with their labels, until it is found elsewhere', async () => {
  await rename(folder, `${folder}-moved`);
  const count = (await workstation.call('openDataset', { dataset })).pictures;
  const gone = valueOf((await workstation.job('refreshDataset', { dataset })).outcome);
  expect(gone).toMatchObject({ missing: count, added: 0 });
  const { sources } = await workstation.call('openDataset', { dataset });
  expect(sources).toMatchObject([{ missing: count, pictures: count }]);
  const moved = workstation.addPaths(`${folder}-moved`);
  const found = valueOf((await workstation.job('importPictures', { dataset, sources: moved })).outcome);
  expect(found).toMatchObject({ relinked: count, missing: 0, added: 0 });
  await rename(`${folder}-moved`, folder);
  const back = valueOf(
    (await workstation.job('importPictures', { dataset, sources: workstation.addPaths(folder) })).outcome,
  );
  expect(back).toMatchObject({ relinked: count, missing: 0 });
}, 120_000);

test('splits as the command line splits the folder, says what leaks, and overwrites nothing that is locked', async () => {
  const make = async (protocol: 'published' | 'grouped', name: string | null = null) => {
    const input = { dataset, protocol, seed: 7, folds: 1, name };
    return (await workstation.job('makeSplit', input)).outcome;
  };
  // An import takes the label files that it finds.
  const request = { folder, labelFile: join(folder, 'labels.csv'), folds: 1, seed: 7, out: null };
  const grouped = valueOf(await make('grouped', 'mine'));
  const byCommand = await splitDataset({ ...request, protocol: 'grouped' });
  expect(grouped.sha256).toBe(byCommand.split.sha256);
  expect(grouped.folds[0]).toMatchObject({ ...byCommand.sizes[0], testWithTwin: 0, testWithCopy: 0 });
  expect(grouped.folds[0]!.strata.reduce((sum, { train }) => sum + train, 0)).toBe(byCommand.sizes[0]!.train);

  const published = valueOf(await make('published'));
  const publishedByCommand = await splitDataset({ ...request, protocol: 'published' });
  expect(published.sha256).toBe(publishedByCommand.split.sha256);
  expect(published.folds[0]!.testWithTwin).toBe(publishedByCommand.testWithTwin[0]);

  // What the map is coloured by is the split that was kept.
  const parts = await workstation.call('readSplitParts', { dataset, item: grouped.saved! });
  const { pictures } = await workstation.call('listPictures', { dataset });
  for (const [code, part] of [
    [1, 'train'],
    [2, 'validation'],
    [3, 'test'],
  ] as const) {
    const there = [...parts.ids].filter((_, i) => parts.parts[i] === code);
    const positions = byCommand.split.folds[0]![part];
    const pathsOf = pictures.flatMap(({ id, path }) => (there.includes(id) ? path : []));
    expect(pathsOf.sort()).toEqual(positions.map((k) => byCommand.split.pictures[k]!.path).sort());
  }

  // Enlarged, the training part shows each class as often as its largest, and nothing of the other parts.
  const { classes } = await workstation.call('planEnlargement', { dataset, split: grouped.saved! });
  const inTraining = (name: string) =>
    byCommand.split.folds[0]!.train.filter((k) => byCommand.split.pictures[k]!.class === name).length;
  const most = Math.max(...classes.map(({ class: name }) => inTraining(name)));
  expect(classes).toEqual(
    classes.map(({ class: name }) => ({ class: name, pictures: inTraining(name), shown: most })),
  );
  const all = await workstation.call('planEnlargement', { dataset, split: null });
  expect(all.classes.find(({ class: name }) => name === 'no_tumor')).toMatchObject({ pictures: 9, shown: 9 });
  expect(all.classes.every(({ shown }) => shown === 9)).toBe(true);

  await workstation.call('lockItem', { dataset, item: grouped.saved!, isLocked: true });
  expect(await make('published', 'mine')).toMatchObject({ ok: false, error: { code: 'saved-locked' } });
}, 120_000);

test('copies of a picture within an epoch differ, and the first is what an epoch without copies shows', async () => {
  const { pictures } = await workstation.call('listPictures', { dataset, limit: 1 });
  const input = { dataset, pictures: [pictures[0]!.id], preset: augmentationPresets.light, seed: 3 };
  const [copies] = (await workstation.call('previewAugmentation', { ...input, epochs: 1, copies: 3 }))
    .samples;
  const [epochs] = (await workstation.call('previewAugmentation', { ...input, epochs: 2 })).samples;
  expect(copies!.after).toHaveLength(3);
  expect(new Set(copies!.after.map((grey) => grey.join())).size).toBe(3);
  expect(copies!.after[0]).toEqual(epochs!.after[0]);
  expect(copies!.after.slice(1)).not.toContainEqual(epochs!.after[1]);
});

test('subsets are filters with a name, tell how far they are labelled, and can be split by themselves', async () => {
  const read = async () => (await workstation.call('listSubsets', { dataset })).subsets;
  const { pictures } = await workstation.call('listPictures', { dataset });
  const [combined, ...ofPlanes] = await read();
  const isLabelled = (one: (typeof pictures)[number]) => one.class !== null && one.plane !== null;
  expect(combined).toMatchObject({
    name: 'combined',
    pictures: pictures.length,
    labelled: pictures.filter(isLabelled).length,
  });
  expect(ofPlanes.map(({ name, pictures: count }) => [name, count])).toEqual(
    planes.map((plane) => [plane, pictures.filter((one) => one.plane === plane).length]),
  );
  const filter = { classes: ['no_tumor' as const], search: 'Training' };
  const parsed = pictureFilterSchema.parse(filter);
  const { subsets } = await workstation.call('saveSubset', { dataset, name: 'Healthy', filter: parsed });
  const healthy = subsets.find(({ name }) => name === 'Healthy')!;
  expect(healthy).toMatchObject({ pictures: 2, labelled: 0, filter });
  const ids = pictures.flatMap(({ id, path }) => (/^Training.*no_tumor/.test(path) ? id : []));
  await workstation.call('changePictures', { dataset, ids: [ids[0]!], change: { plane: 'axial' } });
  expect((await read()).find(({ name }) => name === 'Healthy')).toMatchObject({ pictures: 2, labelled: 1 });
  await workstation.call('undoPictureChange', { dataset });

  const axial = ofPlanes[0]!;
  const split = { dataset, filter: axial.filter, protocol: 'published', seed: 1, folds: 1 } as const;
  const plan = valueOf((await workstation.job('makeSplit', split)).outcome);
  const [fold] = plan.folds;
  expect(fold!.train + fold!.validation + fold!.test + plan.withoutClass).toBe(axial.pictures);
  expect((await workstation.call('removeSubset', { dataset, item: healthy.item! })).subsets).toHaveLength(4);
});
