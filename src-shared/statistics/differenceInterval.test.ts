import { expect, test } from 'vitest';
import { differenceInterval } from './differenceInterval.ts';
import { wilsonInterval } from './wilsonInterval.ts';

/** R. G. Newcombe, Statistics in Medicine 17 (1998), table II: method 10 for 56/70 − 48/80. */
test('agrees with Newcombe’s published example', () => {
  const [a, b] = [
    { value: 56 / 70, interval: wilsonInterval(56, 70)! },
    { value: 48 / 80, interval: wilsonInterval(48, 80)! },
  ];
  const [low, high] = differenceInterval(a, b);
  expect(low).toBeCloseTo(0.0524, 4);
  expect(high).toBeCloseTo(0.3339, 4);
});

test('turns round with its figures', () => {
  const a = { value: 0.9, interval: [0.85, 0.93] } as const;
  const b = { value: 0.8, interval: [0.7, 0.88] } as const;
  const [low, high] = differenceInterval(a, b);
  const [turnedLow, turnedHigh] = differenceInterval(b, a);
  expect([-turnedHigh, -turnedLow]).toEqual([low, high]);
});
