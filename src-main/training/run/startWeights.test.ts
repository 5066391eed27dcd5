import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inventedRun } from '../../../tests/fixtures/inventedRun.ts';
import { inventPictures, inventWeights, smallNetwork } from '../../../tests/fixtures/smallModel.ts';
import { writeSmallModel } from '../../../tests/fixtures/writeSmallModel.ts';
import { describeMobileNetV2 } from '../../network/mobileNetV2.ts';
import type { Weights } from '../../network/weights.ts';
import { writeLayersModel } from '../layersModel/writeLayersModel.ts';
import { adaptWeights, readWeightsFolder, startWeights } from './startWeights.ts';

const { recipe } = inventedRun().run;
const weights = inventWeights(smallNetwork, 3);
const kept = { seed: 1, keepsClassifier: true, source: 'start' };
const someImages = () => Promise.resolve(inventPictures(4, 32, 2));
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-start-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('adaptWeights', () => {
  test('weights of the same network stay as they are', () => {
    expect(adaptWeights(weights, smallNetwork, kept)).toEqual(weights);
  });

  test('a colour stem is summed into a grey one', () => {
    const coloured = inventWeights(describeMobileNetV2({ ...smallNetwork, inputChannels: 3 }), 4);
    const stem = coloured.get('stem.weight')!;
    const grey = adaptWeights(coloured, smallNetwork, kept).get('stem.weight')!;
    expect(grey.shape).toEqual([stem.shape[0], 1, 3, 3]);
    for (let filter = 0; filter < stem.shape[0]!; filter++) {
      for (let k = 0; k < 9; k++) {
        const channels = [0, 1, 2].map((channel) => stem.values[(filter * 3 + channel) * 9 + k]!);
        expect(grey.values[filter * 9 + k]).toBeCloseTo(channels[0]! + channels[1]! + channels[2]!, 5);
      }
    }
  });

  test('a classifier of other classes starts anew: Glorot’s uniform numbers, biases 0', () => {
    const three = describeMobileNetV2({ ...smallNetwork, classes: 3 });
    const fresh = adaptWeights(weights, three, { ...kept, keepsClassifier: false });
    const { shape, values } = fresh.get('classifier.weight')!;
    const limit = Math.sqrt(6 / (smallNetwork.featureChannels + 3));
    expect(shape).toEqual([smallNetwork.featureChannels, 3]);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(limit);
    const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    expect(Math.abs(variance / (limit ** 2 / 3) - 1)).toBeLessThan(0.1);
    expect([...fresh.get('classifier.bias')!.values]).toEqual([0, 0, 0]);
    expect(fresh.get('head.weight')).toEqual(weights.get('head.weight'));
    const again = (seed: number): Weights =>
      adaptWeights(weights, three, { ...kept, seed, keepsClassifier: false });
    expect(again(1)).toEqual(fresh);
    expect(again(2).get('classifier.weight')).not.toEqual(fresh.get('classifier.weight'));
  });

  test('a tensor that is missing or of another shape is refused by name', () => {
    const without = new Map(weights);
    without.delete('head.bias');
    expect(() => adaptWeights(without, smallNetwork, kept)).toThrow(/invalid-input.*head\.bias/);
    const wide = describeMobileNetV2({ ...smallNetwork, widthMultiplier: 0.5 });
    expect(() => adaptWeights(weights, wide, kept)).toThrow(/invalid-input/);
  });
});

describe('startWeights', () => {
  const wishModel = async (subset: 'combined' | 'plane') => {
    const model = await writeSmallModel(join(folder, 'small'));
    const network = describeMobileNetV2({ ...smallNetwork, classes: subset === 'plane' ? 3 : 4 });
    return startWeights({ kind: 'model', model }, network, { recipe: { ...recipe, subset }, someImages });
  };

  test('a model of the same classes gives its classifier and says what it has seen', async () => {
    const start = await wishModel('combined');
    expect(start.from).toBe('small');
    expect(start.trainingImages).toEqual(new Set(['0'.repeat(64), 'f'.repeat(64)]));
    expect(start.weights.get('classifier.weight')!.values).toEqual(weights.get('classifier.weight')!.values);
  });

  test('a model of other classes keeps its features only', async () => {
    const start = await wishModel('plane');
    expect(start.weights.get('head.weight')!.values).toEqual(weights.get('head.weight')!.values);
    expect(start.weights.get('classifier.weight')!.shape).toEqual([smallNetwork.featureChannels, 3]);
  });

  test('a model that does not say what it was trained on: nobody knows', async () => {
    const model = await writeSmallModel(join(folder, 'small'), { trainingImages: '' });
    const start = await startWeights({ kind: 'model', model }, smallNetwork, { recipe, someImages });
    expect(start.trainingImages).toBeNull();
  });

  test('a LayersModel gives its features, and its classifier where the card beside it has our classes', async () => {
    await writeLayersModel(folder, smallNetwork, weights);
    const wish = { kind: 'layers-model', folder } as const;
    const unnamed = await startWeights(wish, smallNetwork, { recipe, someImages });
    expect(unnamed.weights.get('head.weight')!.values).toEqual(weights.get('head.weight')!.values);
    expect(unnamed.weights.get('classifier.weight')).not.toEqual(weights.get('classifier.weight'));
    expect(unnamed.trainingImages).toBeNull();
    const { folder: own } = await writeSmallModel(join(folder, 'small'));
    await copyFile(join(own, 'card.json'), join(folder, 'card.json'));
    await writeFile(join(folder, 'training-images.txt'), `${'a'.repeat(64)}\n`);
    const named = await startWeights(wish, smallNetwork, { recipe, someImages });
    expect(named.weights).toEqual(weights);
    expect(named.trainingImages).toEqual(new Set(['a'.repeat(64)]));
  });

  test('random weights come from the seed and have seen nothing', async () => {
    const starts = await Promise.all(
      [1, 1, 2].map((seed) =>
        startWeights({ kind: 'random' }, smallNetwork, { recipe: { ...recipe, seed }, someImages }),
      ),
    );
    expect(starts[0]).toMatchObject({ from: 'random', trainingImages: new Set() });
    expect(starts[1]!.weights).toEqual(starts[0]!.weights);
    expect(starts[2]!.weights.get('stem.weight')).not.toEqual(starts[0]!.weights.get('stem.weight'));
  });
});

test('a weights folder that is missing, or holds something else, is a typed error', async () => {
  await expect(readWeightsFolder(join(folder, 'none'))).rejects.toMatchObject({ code: 'file-not-found' });
  await writeFile(join(folder, 'weights.json'), '{"tensors": 3}');
  await writeFile(join(folder, 'weights.bin'), '');
  await expect(readWeightsFolder(folder)).rejects.toMatchObject({ code: 'invalid-input' });
});
