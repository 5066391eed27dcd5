import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inventHead } from '../../tests/fixtures/inventHead.ts';
import { writeModel } from '../../tests/fixtures/writeModel.ts';
import { Labels, readLabels } from '../datasets/Labels.ts';
import { labelText } from '../datasets/labelText.ts';
import { labelPlanes, type LabelRequest } from './labelPlanes.ts';
import { openEngine, type Engine } from './openEngine.ts';
import { reportScan, scanDataset } from './scanDataset.ts';

const awkward = 'no_tumor/a, "b".png';
let folder: string;
let pictures: string;
let engine: Engine;
let request: LabelRequest;

/** Two pictures without a plane, one whose folder names it, and one that is broken. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-label-'));
  pictures = join(folder, 'set');
  for (const [k, path] of [awkward, 'elsewhere/1.png', 'glioma_tumor_left_angle/2.png'].entries()) {
    await mkdir(join(pictures, path, '..'), { recursive: true });
    const picture = sharp(inventHead(k, 48), { raw: { width: 48, height: 48, channels: 1 } });
    await picture.toFile(join(pictures, path));
  }
  await writeFile(join(pictures, 'elsewhere', 'broken.png'), new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1]));
  engine = openEngine({ modelsFolder: join(folder, 'models') });
  request = { folder: pictures, labels: new Labels(), provider: 'cpu' };
});

afterEach(async () => {
  engine.close();
  await rm(folder, { recursive: true });
});

const installPlaneModel = (bias: number[], temperature: number | null = null) =>
  writeModel(join(folder, 'models', 'plane'), { task: 'plane', bias, temperature });

test('names the planes of all files, and the label file reads back', async () => {
  await installPlaneModel([0, 0, 60]);
  const labels = new Labels();
  labels.set({ path: 'elsewhere/1.png' }, { class: 'pituitary_tumor' });
  const { rows, unreadable } = await labelPlanes({ ...request, labels }, engine);
  expect(unreadable.map(({ path }) => path)).toEqual(['elsewhere/broken.png']);
  expect(rows.map(({ path, plane, class: tumour, source }) => [path, plane, tumour, source])).toEqual([
    ['elsewhere/1.png', 'coronal', 'pituitary_tumor', 'model'],
    ['glioma_tumor_left_angle/2.png', 'sagittal', 'glioma_tumor', 'label'],
    [awkward, 'coronal', 'no_tumor', 'model'],
  ]);
  expect(rows[0]!.probability).toBeGreaterThan(0.99);
  const file = join(folder, 'labels.csv');
  await writeFile(file, labelText(rows));
  const read = await readLabels(file);
  expect(read.size).toBe(3);
  for (const { path, plane, class: tumour } of rows)
    expect(read.find(path, '')).toEqual({ plane, class: tumour });
});

test('a plane that the model only guesses is left open, with its probability', async () => {
  await installPlaneModel([60, 60, 0], 100);
  const { rows } = await labelPlanes(request, engine);
  const guessed = rows.filter(({ source }) => source === 'model');
  expect(guessed.map(({ plane }) => plane)).toEqual([null, null]);
  for (const { probability } of guessed) expect(probability).toBeLessThan(0.6);
  expect(labelText(guessed)).toMatch(/\nelsewhere\/1\.png,,,0\.\d{4},model\n/);
});

test('a scan counts the planes that the model is sure of, and only those', async () => {
  const planesOf = async () => reportScan(await scanDataset(pictures, { labelFile: null, engine })).byPlane;
  expect(await planesOf()).toEqual({ sagittal: 1, unknown: 2 });
  await installPlaneModel([60, 0, 0]);
  expect(await planesOf()).toEqual({ sagittal: 1, axial: 2 });
  expect(reportScan(await scanDataset(pictures, { labelFile: null })).byPlane).toEqual({
    sagittal: 1,
    unknown: 2,
  });
});

test('without a plane model there is nothing to label by', async () => {
  await expect(labelPlanes(request, engine)).rejects.toMatchObject({
    code: 'model-not-found',
    detail: { model: 'plane' },
  });
});
