import { expect, test } from 'vitest';
import { sizeOf } from '../network/GraphBuilder.ts';
import { describeMobileNetV2 } from '../network/mobileNetV2.ts';
import type { Tensor } from '../network/weights.ts';
import { ParameterVector } from './ParameterVector.ts';

const network = describeMobileNetV2({ widthMultiplier: 0.25, inputSize: 32, inputChannels: 1, classes: 4 });
const vector = new ParameterVector(network);
const weights = new Map<string, Tensor>(
  network.parameters.map(({ name, shape }, index) => {
    return [
      name,
      { shape, values: Float32Array.from({ length: sizeOf(shape) }, (_, i) => index + i / 1024) },
    ];
  }),
);

test('parameters lie one behind the other, in the order of the network', () => {
  expect(vector.segments.map(({ name }) => name)).toEqual(network.parameters.map(({ name }) => name));
  let end = 0;
  for (const { offset, length } of vector.segments) {
    expect(offset).toBe(end);
    end += length;
  }
  expect(vector.length).toBe(end);
});

test('what is written comes back, and a view is the same memory', () => {
  const numbers = new Float32Array(vector.length);
  vector.write(network, weights, numbers);
  expect(vector.read(numbers)).toEqual(weights);
  vector.view(numbers, vector.segments[1]!)[0] = -5;
  expect(numbers[vector.segments[1]!.offset]).toBe(-5);
});

test('weights that do not fit are refused by name', () => {
  const { values } = weights.get('head.bias')!;
  const wrong = new Map([...weights, ['head.bias', { shape: [values.length, 1], values }]]);
  expect(() => vector.write(network, wrong, new Float32Array(vector.length))).toThrow('head.bias should be');
});
