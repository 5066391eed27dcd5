import { expect, test } from 'vitest';
import { describeMobileNetV2 } from './mobileNetV2.ts';
import { checkWeights, greyStem, readWeights } from './weights.ts';

const description = {
  dtype: 'float32',
  byteOrder: 'little',
  tensors: [
    { name: 'stem.weight', shape: [1, 3, 1, 1], offset: 0 },
    { name: 'classifier.weight', shape: [2, 3, 1, 1], offset: 12 },
  ],
};
const bytes = new Uint8Array(Float32Array.of(1, 2, 3, 10, 11, 12, 20, 21, 22).buffer);

test('reads tensors, and a classifier given as a convolution as a matrix', () => {
  const weights = readWeights(description, bytes);
  expect(weights.get('stem.weight')).toEqual({ shape: [1, 3, 1, 1], values: Float32Array.of(1, 2, 3) });
  expect(weights.get('classifier.weight')).toEqual({
    shape: [3, 2],
    values: Float32Array.of(10, 20, 11, 21, 12, 22),
  });
});

test('refuses a description that is none, and values that end too early', () => {
  expect(() => readWeights({ ...description, dtype: 'float16' }, bytes)).toThrow('not a description');
  expect(() => readWeights(undefined, bytes)).toThrow('not a description');
  expect(() => readWeights(description, bytes.subarray(0, 35))).toThrow('end before classifier.weight');
});

test('a grey stem does to a grey picture what the coloured one does to three equal channels', () => {
  const coloured = { shape: [2, 3, 1, 2], values: Float32Array.of(1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -7) };
  expect(greyStem(coloured)).toEqual({ shape: [2, 1, 1, 2], values: Float32Array.of(9, 12, -9, -13) });
});

test('names the first parameter that does not fit', () => {
  const network = describeMobileNetV2({ widthMultiplier: 1, inputSize: 32, inputChannels: 3, classes: 4 });
  expect(() => checkWeights(network, new Map())).toThrow('stem.weight should be [32,3,3,3] and is missing');
  expect(() => checkWeights(network, readWeights(description, bytes))).toThrow('and is [1,3,1,1]');
});
