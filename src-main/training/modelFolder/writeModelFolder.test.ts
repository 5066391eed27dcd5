import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  inventPictures,
  inventWeights,
  smallModelCard,
  smallNetwork,
} from '../../../tests/fixtures/smallModel.ts';
import { float64Step } from '../../../tests/golden/float64Network.ts';
import { relativeDifference, runGraph } from '../../../tests/golden/runGraph.ts';
import type { WeightPrecision } from '../../network/forwardGraph.ts';
import { loadModel } from '../../network/loadModel.ts';
import { describeMobileNetV2 } from '../../network/mobileNetV2.ts';
import { writeModelFolder, type ModelContent } from './writeModelFolder.ts';

const weights = inventWeights(smallNetwork, 5);
const count = 12;
const pictures = inventPictures(count, 32, 6);
let parent: string;
let folder: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'bratum-model-folder-'));
  folder = join(parent, 'small');
});

afterEach(() => rm(parent, { recursive: true }));

const content = (precision: WeightPrecision): ModelContent => ({
  network: smallNetwork,
  weights,
  precision,
  card: smallModelCard,
  trainingImages: `${'0'.repeat(64)}\n${'f'.repeat(64)}\n`,
});

/** [picture][class] of the written file, by onnxruntime. */
async function logitsOfFile(): Promise<number[][]> {
  const image = { shape: [count, 1, 32, 32], values: pictures };
  const { logits } = await runGraph(await readFile(join(folder, 'model.onnx')), { image });
  return Array.from({ length: count }, (_, n) => Array.from(logits!.subarray(4 * n, 4 * n + 4)));
}

/** The same in double precision, by the reference. */
const referenceLogits = Array.from({ length: count }, (_, n) => {
  const values = new Map([...weights].map(([name, tensor]) => [name, tensor.values]));
  const image = pictures.subarray(n * 1024, (n + 1) * 1024);
  const dropout = new Float32Array(smallNetwork.featureChannels).fill(1);
  const target = [1, 0, 0, 0];
  return Array.from(float64Step(smallNetwork, values, { image, target, sampleWeight: 1, dropout }).logits);
});

const largest = (row: readonly number[]): number => row.indexOf(Math.max(...row));

test('the written file computes what the network does, and its card names it rightly', async () => {
  const model = await writeModelFolder(folder, content('float32'));
  expect(model).toEqual(await loadModel(folder));
  expect(model).toMatchObject({ name: 'small', folder, card: smallModelCard });
  expect(await readdir(parent)).toEqual(['small']);
  expect((await readdir(folder)).sort()).toEqual(['card.json', 'model.onnx', 'training-images.txt']);
  expect(await readFile(join(folder, 'training-images.txt'), 'utf8')).toContain('f'.repeat(64));
  (await logitsOfFile()).forEach((row, n) =>
    row.forEach((logit, k) => expect(logit).toBeCloseTo(referenceLogits[n]![k]!, 4)),
  );
});

test('in half precision the file is half as large and decides alike', async () => {
  await writeModelFolder(folder, content('float32'));
  const { size } = await stat(join(folder, 'model.onnx'));
  await writeModelFolder(folder, content('float16'));
  expect((await stat(join(folder, 'model.onnx'))).size / size).toBeLessThan(0.6);
  const found = await logitsOfFile();
  expect(found.map(largest)).toEqual(referenceLogits.map(largest));
  const difference = relativeDifference(found.flat(), referenceLogits.flat());
  // Each weight is off by up to 2⁻¹¹ of itself; a file that kept float32 would be at 1e-6.
  expect(difference).toBeGreaterThan(1e-5);
  expect(difference).toBeLessThan(1e-2);
});

test('what does not fit together is refused, and the old folder stays', async () => {
  const { fingerprint } = await writeModelFolder(folder, content('float32'));
  const huge = { ...weights.get('head.weight')!, values: weights.get('head.weight')!.values.map(() => 1e6) };
  const coloured = describeMobileNetV2({ ...smallNetwork, inputChannels: 3 });
  const bad: ModelContent[] = [
    { ...content('float16'), weights: new Map([...weights, ['head.weight', huge]]) },
    { ...content('float32'), weights: new Map() },
    { ...content('float32'), network: coloured },
    { ...content('float32'), card: { ...smallModelCard, classes: ['axial', 'sagittal', 'coronal'] } },
  ];
  for (const wrong of bad) await expect(writeModelFolder(folder, wrong)).rejects.toThrow(RangeError);
  // A card that the schema refuses is found by loading it back.
  const unnamed = { ...content('float32'), card: { ...smallModelCard, name: 'Not A Name' } };
  await expect(writeModelFolder(folder, unnamed)).rejects.toMatchObject({ code: 'model-damaged' });
  expect((await loadModel(folder)).fingerprint).toBe(fingerprint);
  expect(await readdir(parent)).toEqual(['small']);
});
