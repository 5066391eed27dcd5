import { expect, test } from 'vitest';
import { describeMobileNetV2 } from '../../network/mobileNetV2.ts';
import { ParameterVector } from '../ParameterVector.ts';
import { blockNorms, blocksOf } from './blockNorms.ts';

const network = describeMobileNetV2({ widthMultiplier: 0.25, inputSize: 32, inputChannels: 1, classes: 4 });
const vector = new ParameterVector(network);
const blocks = blocksOf(vector);

test('the blocks are the network’s, and partition its parameters', () => {
  const middle = Array.from({ length: 17 }, (_, i) => `block${i}`);
  expect(blocks.map(({ name }) => name)).toEqual(['stem', ...middle, 'head', 'classifier']);
  expect(blocks[0]!.begin).toBe(0);
  expect(blocks.at(-1)!.end).toBe(vector.length);
  for (let i = 1; i < blocks.length; i++) expect(blocks[i]!.begin).toBe(blocks[i - 1]!.end);
});

test('the squares of the norms add up to that of the whole', () => {
  const values = Float32Array.from({ length: vector.length }, (_, i) => Math.sin(i));
  const whole = values.reduce((sum, value) => sum + value * value, 0);
  const parts = blockNorms(values, blocks).reduce((sum, norm) => sum + norm * norm, 0);
  expect(parts / whole).toBeCloseTo(1, 12);
  const alone = new Float32Array(vector.length).fill(3, blocks[4]!.begin, blocks[4]!.end);
  const length = blocks[4]!.end - blocks[4]!.begin;
  for (const [block, norm] of blockNorms(alone, blocks).entries())
    expect(norm ** 2).toBeCloseTo(block === 4 ? 9 * length : 0, 6);
});
