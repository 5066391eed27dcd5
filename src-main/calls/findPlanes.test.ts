import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { drawHead } from '../../tests/fixtures/drawHead.ts';
import { writeModel } from '../../tests/fixtures/writeModel.ts';
import type { Analysis } from '../../src-shared/domain/analysis.ts';
import type { StoredAnalysis } from '../../src-shared/domain/cases.ts';
import { plainPicture, type Slice } from '../../src-shared/domain/slice.ts';
import type { Outcome } from '../../src-shared/errors.ts';
import { openCaseStore } from '../cases/openCaseStore.ts';
import type { CaseStore } from '../cases/CaseStore.ts';
import { lookHash } from '../datasets/lookHash.ts';
import { trainingImagesText } from '../training/evaluation/TrainingImages.ts';
import type { ClassifyOptions } from './classifySlices.ts';
import { classifyStream, type StreamItem } from './classifyStream.ts';
import { findPlanes } from './findPlanes.ts';
import { openEngine, type Engine } from './openEngine.ts';

/** In the order of the planes: axial, sagittal, coronal. */
const surelyCoronal = [0, 0, 60];
const tornBetweenTwo = [60, 60, 0];

let folder: string;
let engine: Engine;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-planes-'));
  await writeModel(join(folder, 'combined'), { task: 'tumour-class', seed: 1 });
  engine = openEngine({ modelsFolder: folder });
});

afterEach(async () => {
  engine.close();
  await rm(folder, { recursive: true });
});

function slice(seed: number, orientation: number[] | null = null): Slice {
  const samples = Uint8Array.from(drawHead(64, 64, seed), (value) => value >> 4);
  const geometry = { ...plainPicture.geometry, imageOrientationPatient: orientation };
  return {
    ...plainPicture,
    fileName: `${seed}.png`,
    format: 'png',
    rows: 64,
    columns: 64,
    geometry,
    samples,
  };
}

const sagittalOrientation = [0, 1, 0, 0, 0, -1];
const auto = { provider: 'cpu', model: 'auto', explain: null } as const;

async function classify(
  slices: readonly Slice[],
  options: ClassifyOptions = auto,
  store: CaseStore | null = null,
): Promise<{ answers: Analysis[]; recalled: number }> {
  async function* items(): AsyncGenerator<StreamItem<number>> {
    await Promise.resolve();
    for (const [tag, each] of slices.entries()) {
      const content = { fileHash: each.fileName.padStart(64, '0'), frame: null, volumePlane: null };
      yield { tag, decoded: { ok: true, value: { slice: each, content, bytesAt: performance.now() } } };
    }
  }
  const answers: Analysis[] = [];
  let recalled = 0;
  for await (const { outcome, isRecalled } of classifyStream(items(), engine, options, store)) {
    answers.push(valueOf(outcome));
    if (isRecalled) recalled++;
  }
  return { answers, recalled };
}

function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  return outcome.value;
}

const codesOf = ({ warnings }: Analysis): string[] => warnings.map(({ code }) => code);

test('without a plane model nothing is claimed, and the combined model answers', async () => {
  const { answers } = await classify([slice(1), slice(2, sagittalOrientation)]);
  expect(answers[0]).toMatchObject({
    plane: null,
    planeSource: null,
    planeProbability: null,
    model: 'combined',
  });
  expect(codesOf(answers[0]!)).toContain('plane-unknown');
  expect(answers[1]).toMatchObject({ plane: 'sagittal', planeSource: 'orientation', planeProbability: 1 });
  expect(answers[1]!.model).toBe('combined');
});

test('a sure plane chooses the model of its plane; the file’s own word comes first', async () => {
  await writeModel(join(folder, 'plane'), { task: 'plane', bias: surelyCoronal });
  const { fingerprint } = await writeModel(join(folder, 'coronal'), {
    task: 'tumour-class',
    subset: 'coronal',
    seed: 2,
  });
  const { answers } = await classify([slice(1), slice(2, sagittalOrientation), slice(3)]);
  expect(answers.map(({ plane, model }) => [plane, model])).toEqual([
    ['coronal', 'coronal'],
    ['sagittal', 'combined'],
    ['coronal', 'coronal'],
  ]);
  expect(answers[0]).toMatchObject({ planeSource: 'model', modelFingerprint: fingerprint });
  expect(answers[0]!.planeProbability).toBeGreaterThan(0.99);
  expect(codesOf(answers[0]!)).not.toContain('plane-unknown');
  const forced = await classify([slice(1)], { ...auto, model: 'combined' });
  expect(forced.answers[0]).toMatchObject({ plane: 'coronal', planeSource: 'model', model: 'combined' });
});

test('an unsure plane is said and warned of, and the combined model answers', async () => {
  await writeModel(join(folder, 'plane'), { task: 'plane', bias: tornBetweenTwo, temperature: 100 });
  for (const subset of ['axial', 'sagittal', 'coronal'] as const)
    await writeModel(join(folder, subset), { task: 'tumour-class', subset });
  const [answer] = (await classify([slice(1)])).answers;
  expect(answer).toMatchObject({ planeSource: 'model', model: 'combined' });
  expect(answer!.planeProbability).toBeLessThan(0.6);
  expect(codesOf(answer!)).toContain('plane-uncertain');
});

test('the probability is that of the softmax at the card’s temperature', async () => {
  const probabilityAt = async (temperature: number | null): Promise<number> => {
    const bias = [3, 0, 0];
    await writeModel(join(folder, 'plane'), { task: 'plane', bias, temperature });
    const own = openEngine({ modelsFolder: folder });
    const [found] = await findPlanes([slice(4)], own, { provider: 'cpu' });
    own.close();
    return found!.probability!;
  };
  const [plain, soft] = [await probabilityAt(null), await probabilityAt(4)];
  expect(await probabilityAt(1)).toBeCloseTo(plain, 6);
  expect(soft).toBeLessThan(plain);
  expect(soft).toBeGreaterThan(1 / 3);
});

test('a slice that is asked for twice at the same moment is analysed once', async () => {
  const store = await openCaseStore(join(folder, 'store'));
  try {
    const twice = [classify([slice(1), slice(2)], auto, store), classify([slice(2)], auto, store)];
    const [both, one] = await Promise.all(twice);
    expect(both!.recalled + one!.recalled).toBe(1);
    expect(one!.answers[0]).toMatchObject({ id: (both!.answers[1] as StoredAnalysis).id });
  } finally {
    await store.close();
  }
});

test('a stored answer without a plane is asked for again when a plane model is there, and then recalled', async () => {
  const store = await openCaseStore(join(folder, 'store'));
  try {
    expect((await classify([slice(1)], auto, store)).recalled).toBe(0);
    expect((await classify([slice(1)], auto, store)).recalled).toBe(1);
    await writeModel(join(folder, 'plane'), { task: 'plane', bias: surelyCoronal });
    const asked = await classify([slice(1)], auto, store);
    expect([asked.recalled, asked.answers[0]!.plane, asked.answers[0]!.planeSource]).toEqual([
      0,
      'coronal',
      'model',
    ]);
    const again = await classify([slice(1)], auto, store);
    expect([again.recalled, again.answers[0]!.planeProbability]).toEqual([
      1,
      asked.answers[0]!.planeProbability,
    ]);
  } finally {
    await store.close();
  }
});

test('a folder whose card is of another kind is refused, and a model of planes cannot classify', async () => {
  await writeModel(join(folder, 'plane'), { task: 'plane' });
  await expect(classify([slice(1)], { ...auto, model: 'plane' })).rejects.toMatchObject({
    code: 'invalid-input',
  });
  await writeModel(join(folder, 'axial'), { task: 'tumour-class', subset: 'coronal' });
  await expect(engine.models.forPlane('axial')).rejects.toMatchObject({ code: 'model-damaged' });
  await rm(join(folder, 'plane'), { recursive: true });
  await rename(join(folder, 'axial'), join(folder, 'plane'));
  const started = openEngine({ modelsFolder: folder });
  await expect(started.models.planeModel()).rejects.toMatchObject({ code: 'model-damaged' });
  started.close();
});

test('a picture that the answering model was trained on is said to be so, whatever its bytes', async () => {
  const images = [{ fileHash: 'a'.repeat(64), look: lookHash(slice(1)) }];
  await writeFile(join(folder, 'combined', 'training-images.txt'), trainingImagesText(images));
  const darker = { ...slice(1), samples: slice(1).samples.map((grey) => grey * 0.8) };
  const { answers } = await classify([darker, slice(2)]);
  expect(answers.map((answer) => codesOf(answer).includes('seen-in-training'))).toEqual([true, false]);
});
