import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Labels } from '../datasets/Labels.ts';
import { lookHash } from '../datasets/lookHash.ts';
import { hashContent } from '../images/hashContent.ts';
import { openImageFile } from '../images/openImageFile.ts';
import { trainingImagesText } from '../training/evaluation/TrainingImages.ts';
import { drawHead } from '../../tests/fixtures/drawHead.ts';
import { writeModel } from '../../tests/fixtures/writeModel.ts';
import { evaluateModel, type EvaluationRequest } from './evaluateModel.ts';
import { openEngine, type Engine } from './openEngine.ts';

const perClass = 3;
let folder: string;
let engine: Engine;
let request: EvaluationRequest;

/** Three drawn heads of each class, one file that is broken and one that nobody labelled. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-evaluate-'));
  const classes = ['glioma_tumor', 'meningioma_tumor', 'no_tumor', 'pituitary_tumor', 'elsewhere'];
  for (const [place, name] of classes.entries()) {
    await mkdir(join(folder, name));
    for (let i = 0; i < perClass; i++) {
      const grey = Uint8Array.from(drawHead(80, 96, place * 10 + i), (value) => value >> 4);
      const png = sharp(grey, { raw: { width: 96, height: 80, channels: 1 } }).png();
      await png.toFile(join(folder, name, `${i}.png`));
    }
  }
  await writeFile(join(folder, 'no_tumor', 'broken.png'), new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]));
  engine = openEngine();
  request = {
    model: 'combined',
    provider: 'cpu',
    dataset: folder,
    labels: new Labels(),
    split: null,
    healthyHeads: [join(folder, 'no_tumor')],
  };
});

afterAll(async () => {
  engine.close();
  await rm(folder, { recursive: true });
});

test('runs the real model over a folder: every labelled slice once, the broken one reported', async () => {
  const { report, failures } = await evaluateModel(request, engine);
  const { evaluation, healthyHeads, baseline, warnings } = report;
  expect(evaluation.n).toBe(4 * perClass);
  expect(Object.values(evaluation.perClass).map(({ support }) => support)).toEqual([3, 3, 3, 3]);
  expect(Number.isFinite(evaluation.loss)).toBe(true);
  expect(failures.map(({ path }) => path)).toEqual(['no_tumor/broken.png', 'broken.png']);
  expect(healthyHeads).toMatchObject({ n: perClass, sources: [{ source: 'no_tumor' }] });
  expect(baseline?.n).toBe(4 * perClass);
  expect(warnings.join(' ')).toMatch(/the intervals are too narrow/);
  // A healthy head is called a tumour exactly where the confusion matrix says so.
  const healthyRow = evaluation.confusion[2]!;
  expect(healthyHeads!.falseTumours).toBe(healthyRow[0]! + healthyRow[1]! + healthyRow[3]!);
});

test('the label file overrules the folder, and gives planes', async () => {
  const labels = new Labels();
  labels.set({ path: 'elsewhere/0.png' }, { class: 'no_tumor', plane: 'axial' });
  labels.set({ path: 'glioma_tumor/0.png' }, { class: 'meningioma_tumor' });
  const { evaluation } = (await evaluateModel({ ...request, labels, healthyHeads: [] }, engine)).report;
  expect(evaluation.n).toBe(4 * perClass + 1);
  expect(evaluation.perClass.meningioma_tumor!.support).toBe(perClass + 1);
  expect(evaluation.perPlane!.axial?.n).toBe(1);
});

test('refuses a folder without labelled slices, and a model that does not exist', async () => {
  const nothing = { ...request, dataset: join(folder, 'elsewhere') };
  await expect(evaluateModel(nothing, engine)).rejects.toMatchObject({ code: 'invalid-input' });
  await expect(evaluateModel({ ...request, model: 'absent' }, engine)).rejects.toMatchObject({
    code: 'model-not-found',
  });
});

test('stops where it is cancelled', async () => {
  const signal = AbortSignal.abort();
  await expect(evaluateModel({ ...request, signal }, engine)).rejects.toMatchObject({ code: 'cancelled' });
});

test('a model of planes is judged by the planes, from labels, and not by tumours', async () => {
  const models = join(folder, '..', `${basename(folder)}-models`);
  await writeModel(join(models, 'plane'), { task: 'plane', subset: 'combined' });
  const labels = new Labels();
  labels.set({ path: 'glioma_tumor/0.png' }, { plane: 'axial' });
  labels.set({ path: 'glioma_tumor/1.png' }, { plane: 'coronal' });
  labels.set({ path: 'elsewhere/0.png' }, { plane: 'coronal' });
  const ofPlanes = { ...request, model: join(models, 'plane'), labels, healthyHeads: [] };
  try {
    const { evaluation, baseline } = (await evaluateModel(ofPlanes, engine)).report;
    expect(evaluation.classes).toEqual(['axial', 'sagittal', 'coronal']);
    expect(evaluation.n).toBe(3);
    expect(evaluation.classes.map((name) => evaluation.perClass[name]!.support)).toEqual([1, 0, 2]);
    expect(evaluation).toMatchObject({ perPlane: null, meningiomaAsNoTumor: null });
    expect(baseline).toMatchObject({ n: 3, tumourAccuracy: null });
    await expect(evaluateModel({ ...ofPlanes, healthyHeads: [folder] }, engine)).rejects.toMatchObject({
      code: 'invalid-input',
    });
  } finally {
    await rm(models, { recursive: true });
  }
});

test('counts the slices that the model was trained on, by their bytes and by their looks', async () => {
  const model = join(folder, '..', `${basename(folder)}-models`, 'trained');
  await writeModel(model, { task: 'tumour-class' });
  try {
    const bytes = Uint8Array.from(await readFile(join(folder, 'no_tumor', '0.png')));
    const look = lookHash(await (await openImageFile(bytes, '0.png')).readSlice(0));
    const other = await readFile(join(folder, 'glioma_tumor', '0.png'));
    const images = [
      { fileHash: 'a'.repeat(64), look },
      { fileHash: hashContent(other), look: null },
    ];
    await writeFile(join(model, 'training-images.txt'), trainingImagesText(images));
    const { report } = await evaluateModel({ ...request, model, healthyHeads: [] }, engine);
    expect(report.evaluation.seenInTraining).toBe(2);
    expect(report.warnings.join(' ')).toMatch(/trained on 2 of the evaluated slices/);
  } finally {
    await rm(join(model, '..'), { recursive: true });
  }
});

test('compares two models on the same slices, and refuses models of other classes', async () => {
  const models = join(folder, '..', `${basename(folder)}-models`);
  const sayingNone = join(models, 'none');
  await writeModel(sayingNone, { task: 'tumour-class', bias: [0, 0, 500, 0] });
  await writeModel(join(models, 'plane'), { task: 'plane' });
  const compared = { ...request, healthyHeads: [] };
  try {
    const self = (await evaluateModel({ ...compared, against: 'combined' }, engine)).report;
    expect(self.comparison).toMatchObject({ model: 'combined', onlyFirst: 0, onlySecond: 0, pValue: 1 });
    expect(self.comparison!.accuracy).toBe(self.evaluation.accuracy);
    const { evaluation, comparison } = (await evaluateModel({ ...compared, against: sayingNone }, engine))
      .report;
    const rightOfNone = evaluation.confusion[2]![2]!;
    const right = evaluation.confusion.reduce((sum, row, i) => sum + row[i]!, 0);
    expect(comparison).toMatchObject({
      accuracy: perClass / (4 * perClass),
      onlyFirst: right - rightOfNone,
      onlySecond: perClass - rightOfNone,
    });
    await expect(
      evaluateModel({ ...compared, against: join(models, 'plane') }, engine),
    ).rejects.toMatchObject({ code: 'invalid-input' });
  } finally {
    await rm(models, { recursive: true });
  }
});
