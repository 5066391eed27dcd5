import { expect, test } from 'vitest';
import { GraphBuilder, type Shape, type Value } from './GraphBuilder.ts';
import * as operators from './operators.ts';

const graph = new GraphBuilder();
const value = (...shape: number[]): Value => graph.input('x', shape);

test.each<[string, () => Value, Shape]>([
  ['add stretches axes of length 1', () => operators.add(graph, value(4, 1, 3), value(5, 1)), [4, 5, 3]],
  ['reshape', () => operators.reshape(graph, value(2, 6), [3, 4]), [3, 4]],
  ['transpose', () => operators.transpose(graph, value(2, 3, 4), [2, 0, 1]), [4, 2, 3]],
  ['sumOver', () => operators.sumOver(graph, value(2, 3, 4), [0, 2]), [3]],
  ['meanOver', () => operators.meanOver(graph, value(2, 3, 4, 4), [2, 3]), [2, 3]],
  ['matrixProduct', () => operators.matrixProduct(graph, value(7, 2, 3), value(7, 3, 4)), [7, 2, 4]],
  ['transposedProduct', () => operators.transposedProduct(graph, value(9, 2), value(9, 5)), [2, 5]],
  ['concatenate', () => operators.concatenate(graph, [value(2, 3), value(2, 4)], 1), [2, 7]],
  ['pick', () => operators.pick(graph, value(2, 9), [8, 0], 1), [2, 2]],
  ['padTo', () => operators.padTo(graph, value(2, 3), [16, 3]), [16, 3]],
  ['cropTo', () => operators.cropTo(graph, value(16, 3), [2, 3]), [2, 3]],
  ['expand', () => operators.expand(graph, value(2, 1), [2, 5]), [2, 5]],
])('%s has the right shape', (_, make, shape) => {
  expect(make().shape).toEqual(shape);
});

test.each<[string, () => Value]>([
  ['Add', () => operators.add(graph, value(2), value(3))],
  ['Reshape', () => operators.reshape(graph, value(2, 3), [5])],
  ['Transpose', () => operators.transpose(graph, value(2, 3), [0, 0])],
  ['MatMul', () => operators.matrixProduct(graph, value(2, 3), value(2, 3))],
  ['MatMul with another batch', () => operators.matrixProduct(graph, value(6, 2, 3), value(7, 3, 2))],
  ['Gemm', () => operators.transposedProduct(graph, value(2, 3), value(3, 3))],
  ['Concat', () => operators.concatenate(graph, [value(2, 3), value(3, 3)], 1)],
  ['Concat of nothing', () => operators.concatenate(graph, [], 0)],
  ['Gather', () => operators.pick(graph, value(2, 9), [9], 1)],
  ['Pad to less', () => operators.padTo(graph, value(4), [3])],
  ['Slice of more', () => operators.cropTo(graph, value(3), [4])],
  ['Expand', () => operators.expand(graph, value(2), [5])],
])('%s refuses what does not fit', (_, make) => {
  expect(make).toThrow(RangeError);
});

test('what changes nothing adds nothing', () => {
  const x = value(2, 3);
  expect(operators.reshape(graph, x, [2, 3])).toBe(x);
  expect(operators.padTo(graph, x, [2, 3])).toBe(x);
  expect(operators.cropTo(graph, x, [2, 3])).toBe(x);
});
