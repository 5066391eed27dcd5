import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImportWords } from '../../src-shared/contract/modelCalls.ts';
import type { ModelCard } from '../../src-shared/domain/modelCard.ts';
import { tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import { ModelLibrary } from '../../src-main/calls/ModelLibrary.ts';
import { writeInventedDataset } from '../fixtures/writeInventedDataset.ts';
import { writeModel } from '../fixtures/writeModel.ts';
import { bratum } from './commandLine.ts';
import { OpenedWorkstation } from './openedWorkstation.ts';

let folder: string;
let shipped: string;
let opened: OpenedWorkstation;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-models-'));
  shipped = join(folder, 'shipped');
  await writeModel(join(shipped, 'combined'), { task: 'tumour-class', seed: 3 });
  await writeModel(join(shipped, 'axial'), { task: 'tumour-class', subset: 'axial', seed: 4 });
  await writeModel(join(folder, 'found', 'newer'), { task: 'tumour-class', seed: 5 });
  await writeInventedDataset(join(folder, 'heads'), 1);
  await mkdir(join(folder, 'delivered'));
  opened = await OpenedWorkstation.open({ modelsFolder: shipped, deliveryFolder: join(folder, 'delivered') });
}, 60_000);

afterAll(async () => {
  await opened.close();
  await rm(folder, { recursive: true });
});

async function takeIn(path: string, name: string, words: ImportWords | null = null): Promise<ModelCard> {
  const [source = ''] = opened.addPaths(path);
  const { outcome } = await opened.job('importModel', { source, name, words });
  if (!outcome.ok) throw Object.assign(new Error(JSON.stringify(outcome.error)), outcome.error);
  return outcome.value;
}

const slotsOf = async (name: string) =>
  (await opened.call('readModelRegistry', {})).models.find(({ card }) => card.name === name)?.slots;

test('a model is taken in, put to use, followed by the command line, and rolled back', async () => {
  const card = await takeIn(join(folder, 'found', 'newer'), 'mine');
  expect(card.name).toBe('mine');
  expect((await opened.call('listModels', {})).models.map(({ name }) => name)).toEqual([
    'axial',
    'combined',
    'mine',
  ]);
  expect(await slotsOf('combined')).toEqual(['combined']);
  await opened.call('activateModel', { slot: 'combined', model: 'mine' });
  await opened.call('activateModel', { slot: 'coronal', model: 'mine' });
  await opened.restart();
  expect(await slotsOf('mine')).toEqual(['coronal', 'combined']);
  expect(await slotsOf('combined')).toEqual([]);

  const classify = async () => {
    const words = [
      'classify',
      join(folder, 'heads', 'no_tumor'),
      '--model',
      'auto',
      '--provider',
      'cpu',
      '--json',
    ];
    const { stdout } = await bratum(words, { dataFolder: opened.storeFolder });
    return (JSON.parse(stdout) as { results: { model: string; modelFingerprint: string }[] }).results[0]!;
  };
  // The shipped plane model may name a plane for which the shipped models answer: only these two slots are mine.
  await opened.call('activateModel', { slot: 'axial', model: 'mine' });
  await opened.call('activateModel', { slot: 'sagittal', model: 'mine' });
  expect(await classify()).toMatchObject({ model: 'mine', modelFingerprint: card.fingerprint });

  await opened.call('rollBackModel', { slot: 'combined' });
  expect(await slotsOf('combined')).toEqual(['combined']);
  await expect(opened.call('archiveModel', { model: 'mine', isArchived: true })).rejects.toMatchObject({
    code: 'invalid-input',
  });
  for (const slot of ['axial', 'sagittal', 'coronal'] as const)
    await opened.call('activateModel', { slot, model: null });
  await opened.call('archiveModel', { model: 'mine', isArchived: true });
  expect((await opened.call('listModels', {})).models.map(({ name }) => name)).not.toContain('mine');
  await expect(opened.call('activateModel', { slot: 'combined', model: 'mine' })).rejects.toMatchObject({
    code: 'invalid-input',
  });
  await opened.call('archiveModel', { model: 'mine', isArchived: false });
}, 120_000);

test('what does not fit is refused with its reason', async () => {
  await expect(takeIn(join(folder, 'found', 'newer'), 'combined')).rejects.toMatchObject({
    code: 'model-exists',
  });
  await expect(opened.call('activateModel', { slot: 'coronal', model: 'axial' })).rejects.toMatchObject({
    code: 'invalid-input',
  });
  await expect(opened.call('archiveModel', { model: 'combined', isArchived: true })).rejects.toMatchObject({
    code: 'model-shipped',
  });
  const constant = join(folder, 'found', 'constant');
  await writeModel(constant, { task: 'tumour-class', bias: [0, 0, 1e9, 0] });
  await expect(takeIn(constant, 'constant')).rejects.toMatchObject({
    code: 'model-refused',
    detail: { reason: 'It answers the same to every picture.' },
  });
  const changed = join(folder, 'found', 'changed');
  await writeModel(changed, { task: 'tumour-class' });
  const graph = await readFile(join(changed, 'model.onnx'));
  graph[graph.length - 9]! ^= 1;
  await writeFile(join(changed, 'model.onnx'), graph);
  await expect(takeIn(changed, 'changed')).rejects.toMatchObject({
    code: 'model-refused',
    detail: { reason: 'The file model.onnx is not the one that the card describes.' },
  });
  const text = join(folder, 'found', 'no.onnx');
  await writeFile(text, 'this is no graph');
  const [source = ''] = opened.addPaths(text);
  await expect(opened.call('inspectModelSource', { source })).rejects.toMatchObject({
    code: 'model-refused',
  });
  // Nothing of what was refused is left.
  expect((await opened.call('readModelRegistry', {})).damaged).toEqual([]);
}, 60_000);

test('what leaves as a zip comes back the same, as ONNX and as a LayersModel', async () => {
  const original = (await opened.call('listModels', {})).models.find(({ name }) => name === 'combined')!;
  for (const [format, file] of [
    ['folder', 'combined.zip'],
    ['tfjs', 'combined-tfjs.zip'],
  ] as const) {
    const { outcome } = await opened.job('exportModel', { model: 'combined', format });
    expect(outcome).toMatchObject({ ok: true, value: { name: file } });
    const card = await takeIn(join(folder, 'delivered', file), `back-${format}`);
    expect(card.classes).toEqual(original.classes);
    if (format === 'folder') expect(card.fingerprint).toBe(original.fingerprint);
  }
}, 120_000);

test('a foreign ONNX file keeps its answers under our order of classes', async () => {
  const foreign = join(folder, 'found', 'foreign.onnx');
  await writeFile(foreign, await readFile(join(folder, 'found', 'newer', 'model.onnx')));
  const [source = ''] = opened.addPaths(foreign);
  const found = await opened.call('inspectModelSource', { source });
  expect(found).toMatchObject({ kind: 'onnx', inputs: [{ name: 'image', shape: ['batch', 1, 32, 32] }] });
  // Whoever made it meant other classes by its outputs.
  const classes = ['pituitary_tumor', 'no_tumor', 'glioma_tumor', 'meningioma_tumor'] as const;
  const words: ImportWords = {
    title: 'From elsewhere',
    task: 'tumour-class',
    subset: 'combined',
    classes: [...classes],
    preprocessing: 'whole-picture',
    licence: 'MIT',
    onnx: { input: 'image', output: 'logits', meaning: 'logits', scaling: '0-255' },
  };
  const card = await takeIn(foreign, 'foreign', words);
  expect(card).toMatchObject({ name: 'foreign', classes: [...tumourClasses], temperature: null });
  const heads = opened.addPaths(join(folder, 'heads'))[0]!;
  const answersOf = async (model: string) => {
    const { outcome } = await opened.job('evaluateModel', { model, dataset: heads, provider: 'cpu' });
    if (!outcome.ok) throw new Error(outcome.error.code);
    const { report } = await opened.call('openEvaluation', { id: outcome.value.id });
    return report.evaluation.confusion;
  };
  await takeIn(join(folder, 'found', 'newer'), 'same');
  const [own, mapped] = [await answersOf('same'), await answersOf('foreign')];
  // Output k of the file is called classes[k]; before, it was tumourClasses[k].
  own.forEach((row, i) =>
    row.forEach((count, k) => expect(mapped[i]![tumourClasses.indexOf(classes[k]!)]).toBe(count)),
  );
  await expect(
    takeIn(foreign, 'foreign-2', {
      ...words,
      classes: ['no_tumor', 'no_tumor', 'glioma_tumor', 'meningioma_tumor'],
    }),
  ).rejects.toMatchObject({ code: 'model-refused' });
  await expect(
    takeIn(foreign, 'foreign-3', { ...words, onnx: { ...words.onnx!, output: 'absent' } }),
  ).rejects.toMatchObject({ code: 'model-refused' });

  // The command line knows both; the foreign one shows nothing of its inside.
  const pictures = join(folder, 'heads', 'no_tumor');
  const ask = async (...words: string[]) => {
    const { code, stdout } = await bratum([...words, '--provider', 'cpu', '--json'], {
      dataFolder: opened.storeFolder,
    });
    return { code, found: JSON.parse(stdout) as Record<string, object[]> };
  };
  const out = join(folder, 'maps');
  const explained = await ask(
    ...['explain', pictures, '--model', 'foreign', '--methods', 'grad-cam,occlusion', '--out', out],
  );
  expect(explained).toMatchObject({
    code: 2,
    found: {
      results: [
        { method: 'grad-cam', error: { code: 'method-unavailable' } },
        { method: 'occlusion', layerShape: [14, 14] },
      ],
    },
  });
  const trusted = await ask('explain', pictures, '--model', 'same', '--trust', '--out', out);
  expect(trusted.code).toBe(0);
  expect(trusted.found['results']![0]).toHaveProperty('trust.place');
  const audited = await ask('audit', '--model', 'same', '--dataset', join(folder, 'heads'), '--sample', '0');
  expect(audited).toMatchObject({ code: 0, found: { n: 4, model: { name: 'same' } } });
}, 240_000);

test('every way of scaling gives a model that passes its checks, and logits that are called probabilities none', async () => {
  const foreign = join(folder, 'found', 'foreign.onnx');
  for (const scaling of ['0-1', '-1-1', 'imagenet'] as const) {
    const onnx = { input: 'image', output: 'logits', meaning: 'logits', scaling } as const;
    const card = await takeIn(foreign, `foreign-${scaling.replace(/[^a-z0-9]/g, 'x')}x`, {
      title: scaling,
      task: 'tumour-class',
      subset: 'combined',
      classes: [...tumourClasses],
      preprocessing: 'whole-picture',
      licence: '',
      onnx,
    });
    expect(card.outputs.features).toMatchObject({ rows: 1, columns: 1 });
  }
  const wrong = { input: 'image', output: 'logits', meaning: 'probabilities', scaling: '0-1' } as const;
  const words = {
    title: 'Wrong',
    task: 'tumour-class',
    subset: 'combined',
    classes: [...tumourClasses],
    preprocessing: 'whole-picture',
    licence: '',
  } satisfies Partial<ImportWords>;
  // The logarithm of a negative number is none.
  await expect(takeIn(foreign, 'wrong', { ...words, onnx: wrong })).rejects.toMatchObject({
    code: 'model-refused',
    detail: { reason: 'Its answer to a plain picture of a head is not a number.' },
  });
}, 120_000);

test('a library without a registry is what the application came with', async () => {
  const library = new ModelLibrary(shipped);
  expect(await library.nameInSlot('combined')).toBe('combined');
  expect(await library.nameInSlot('coronal')).toBeNull();
});
