import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sizeOf } from './GraphBuilder.ts';
import { describeMobileNetV2 } from './mobileNetV2.ts';

const imageNet = { widthMultiplier: 1, inputSize: 224, inputChannels: 3, classes: 1001 } as const;

test('has the layers of the paper', () => {
  const { blocks, featureChannels, featureSize } = describeMobileNetV2(imageNet);
  expect(blocks).toHaveLength(19);
  expect(blocks.filter(({ isResidual }) => isResidual).map(({ name }) => name)).toEqual(
    [2, 4, 5, 7, 8, 9, 11, 12, 14, 15].map((index) => `block${index}`),
  );
  expect(blocks.flatMap(({ convolutions }) => convolutions)).toHaveLength(52);
  expect([featureChannels, featureSize]).toEqual([1280, 7]);
});

test('counts as many parameters and multiplications as the paper: 3.4 M and 300 M', () => {
  const { parameters, blocks } = describeMobileNetV2(imageNet);
  const count = parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  // Biases instead of batch normalisation, and 1001 classes.
  expect(count).toBe(3_489_097);
  const products = blocks
    .flatMap(({ convolutions }) => convolutions)
    .reduce((sum, { inputChannels, outputChannels, groups, kernelSize, outputSize }) => {
      return sum + (inputChannels / groups) * outputChannels * (kernelSize * outputSize) ** 2;
    }, 0);
  expect(products / 1e6).toBeCloseTo(299.5, 1);
});

test('widths are rounded as the authors round them', () => {
  const channels = (widthMultiplier: number): number[] =>
    describeMobileNetV2({ ...imageNet, widthMultiplier }).blocks.map(
      (block) => block.convolutions.at(-1)!.outputChannels,
    );
  expect(channels(0.35).filter((width, i, all) => width !== all[i - 1])).toEqual([
    16, 8, 16, 24, 32, 56, 112, 1280,
  ]);
  expect(channels(1.4).at(-1)).toBe(1792);
});

test('an input that strides do not divide evenly is refused', () => {
  expect(() => describeMobileNetV2({ ...imageNet, inputSize: 100 })).toThrow(RangeError);
});

const description = '../shared/data/mobilenetv2-imagenet/weights.json';
describe.skipIf(!existsSync(description))('beside the ImageNet weights (needs ../shared)', () => {
  test('names and shapes agree', () => {
    const { tensors } = JSON.parse(readFileSync(description, 'utf8')) as {
      tensors: { name: string; shape: number[] }[];
    };
    const found = new Map(tensors.map(({ name, shape }) => [name, shape]));
    const { parameters } = describeMobileNetV2(imageNet);
    expect([...found.keys()].sort()).toEqual(parameters.map(({ name }) => name).sort());
    for (const { name, shape } of parameters) {
      if (name !== 'classifier.weight') expect(found.get(name), name).toEqual(shape);
    }
  });
});
