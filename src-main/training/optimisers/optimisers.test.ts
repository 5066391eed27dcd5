import { describe, expect, test } from 'vitest';
import { AdamW } from './AdamW.ts';
import { Momentum } from './Momentum.ts';

const one = { offset: 0, length: 1, rateFactor: 1, weightDecay: 0 };

describe('AdamW', () => {
  test('two steps, by hand', () => {
    const weights = Float32Array.of(1);
    const adam = new AdamW(1, [one]);
    // t = 1: m̂ = g, v̂ = g², so the step is the rate itself, whatever the gradient's size.
    adam.update(weights, Float32Array.of(0.5), 1, 0.1);
    expect(weights[0]).toBeCloseTo(0.9, 6);
    // t = 2, g = −0.25: m = 0.9 · 0.05 − 0.025 = 0.02, m̂ = 0.02 / 0.19; v = 0.999 · 0.00025 + 0.0000625,
    // v̂ = 0.00031225 / 0.001999; the step is 0.1 · 0.105263 / 0.395224.
    adam.update(weights, Float32Array.of(-0.25), 2, 0.1);
    expect(weights[0]).toBeCloseTo(0.9 - 0.0266338, 6);
    expect([...adam.state[0]]).toEqual([expect.closeTo(0.02, 7)]);
    expect([...adam.state[1]]).toEqual([expect.closeTo(0.00031225, 9)]);
  });

  test('weight decay pulls apart from the gradient, and groups learn at their own rates', () => {
    const weights = Float32Array.of(2, 2, 2);
    const groups = [
      { ...one, weightDecay: 0.1 },
      { ...one, offset: 1, rateFactor: 0.5 },
      { ...one, offset: 2, rateFactor: 0 },
    ];
    new AdamW(3, groups).update(weights, Float32Array.of(1, 1, 1), 1, 0.01);
    expect([...weights]).toEqual([expect.closeTo(2 - 0.01 - 0.002, 6), expect.closeTo(2 - 0.005, 6), 2]);
  });
});

describe('Momentum', () => {
  test('two steps, by hand', () => {
    const weights = Float32Array.of(1);
    const descent = new Momentum(1, [one], { momentum: 0.9, isNesterov: false });
    descent.update(weights, Float32Array.of(2), 1, 0.1);
    expect(weights[0]).toBeCloseTo(0.8, 6);
    // u = 0.9 · 2 + 1 = 2.8
    descent.update(weights, Float32Array.of(1), 2, 0.1);
    expect(weights[0]).toBeCloseTo(0.52, 6);
  });

  test('Nesterov looks ahead, and weight decay joins the gradient', () => {
    const weights = Float32Array.of(1);
    const descent = new Momentum(1, [{ ...one, weightDecay: 0.5 }], { momentum: 0.9, isNesterov: true });
    // g = 2 + 0.5 · 1 = 2.5, u = 2.5, step 0.1 · (2.5 + 0.9 · 2.5)
    descent.update(weights, Float32Array.of(2), 1, 0.1);
    expect(weights[0]).toBeCloseTo(1 - 0.475, 6);
  });
});
