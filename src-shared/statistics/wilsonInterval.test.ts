import { expect, test } from 'vitest';
import { wilsonInterval } from './wilsonInterval.ts';

test('no success begins at nothing and all at one, to the last digit', () => {
  for (let trials = 1; trials <= 200; trials++) {
    expect(wilsonInterval(0, trials)![0]).toBe(0);
    expect(wilsonInterval(trials, trials)![1]).toBe(1);
  }
});

test('the interval of Newcombe’s example, Statistics in Medicine 17 (1998), table I: 81 of 263', () => {
  const [low, high] = wilsonInterval(81, 263)!;
  expect([low.toFixed(4), high.toFixed(4)]).toEqual(['0.2553', '0.3662']);
});

test('without a trial there is none', () => {
  expect(wilsonInterval(0, 0)).toBeNull();
});
