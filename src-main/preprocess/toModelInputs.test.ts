import { expect, test } from 'vitest';
import { plainPicture, type Slice } from '../../src-shared/domain/slice.ts';
import { toModelInput, type InputRule } from './toModelInput.ts';
import { toModelInputs } from './toModelInputs.ts';

function sliceOf(seed: number): Slice {
  const samples = Uint8Array.from({ length: 60 * 40 }, (_, i) => (i * 31 + seed * 101) % 251);
  return { ...plainPicture, fileName: `${seed}.png`, format: 'png', rows: 60, columns: 40, samples };
}

const ruleOf = (id: InputRule['preprocessing']['id'], inputSize = 32): InputRule => ({
  architecture: { inputSize },
  preprocessing: { id },
});

test('each rule has its own inputs of a slice, again and again, however many slices come between', () => {
  const slices = Array.from({ length: 60 }, (_, seed) => sliceOf(seed));
  const rules = [ruleOf('padded-square'), ruleOf('whole-picture'), ruleOf('padded-square', 16)];
  for (const rule of [...rules, ...rules]) {
    const { inputs, regions } = toModelInputs(slices, rule);
    const alone = slices.map((slice) => toModelInput(slice, rule));
    expect(inputs).toEqual(Float32Array.from(alone.flatMap(({ values }) => [...values])));
    expect(regions).toEqual(alone.map(({ region }) => region));
  }
});

test('what a caller does to its inputs changes nobody else’s', () => {
  const slice = sliceOf(7);
  const first = toModelInputs([slice], ruleOf('padded-square')).inputs;
  const expected = Float32Array.from(first);
  first.fill(0);
  expect(toModelInputs([slice], ruleOf('padded-square')).inputs).toEqual(expected);
});
