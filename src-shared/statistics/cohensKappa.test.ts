import { describe, expect, it } from 'vitest';
import { cohensKappa } from './cohensKappa.ts';

describe('cohensKappa', () => {
  it('agrees with examples worked by hand', () => {
    // po = 35/50, pe = 25/50 · 30/50 + 25/50 · 20/50 = 0.5.
    expect(
      cohensKappa([
        [20, 5],
        [10, 15],
      ]),
    ).toBeCloseTo(0.4, 12);
    // po = 140/200, pe = (120 · 100 + 60 · 60 + 20 · 40) / 200² = 0.41.
    expect(
      cohensKappa([
        [88, 14, 18],
        [10, 40, 10],
        [2, 6, 12],
      ]),
    ).toBeCloseTo(0.29 / 0.59, 12);
  });

  it('is 1 for full agreement, 0 for independent judges, below 0 for contrary ones', () => {
    expect(
      cohensKappa([
        [3, 0, 0],
        [0, 5, 0],
        [0, 0, 2],
      ]),
    ).toBe(1);
    expect(
      cohensKappa([
        [4, 6],
        [8, 12],
      ]),
    ).toBeCloseTo(0, 12);
    expect(
      cohensKappa([
        [0, 5],
        [5, 0],
      ]),
    ).toBe(-1);
  });

  it('is undefined without judgements and for a single class', () => {
    expect(
      cohensKappa([
        [0, 0],
        [0, 0],
      ]),
    ).toBeNull();
    expect(
      cohensKappa([
        [7, 0],
        [0, 0],
      ]),
    ).toBeNull();
  });
});
