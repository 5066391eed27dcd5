import { describe, expect, test } from 'vitest';
import { fillRings } from './fillRings.ts';
import { warpMask } from './warpMask.ts';

describe('fillRings', () => {
  test('pixels whose middle lies inside', () => {
    const filled = fillRings(
      [
        [
          [1, 1],
          [3, 1],
          [3, 2],
          [1, 2],
        ],
      ],
      { rows: 3, columns: 4 },
    );
    expect([...filled]).toEqual([0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
  });

  test('a large polygon has its area; what lies beyond the picture is cut', () => {
    const circle = Array.from({ length: 90 }, (_, i) => {
      const angle = (i / 90) * 2 * Math.PI;
      return [50 + 30 * Math.cos(angle), 50 + 30 * Math.sin(angle)] as const;
    });
    const area = fillRings([circle], { rows: 100, columns: 100 }).reduce((sum, one) => sum + one, 0);
    expect(Math.abs(area / (Math.PI * 900) - 1)).toBeLessThan(0.01);
    expect(
      fillRings(
        [
          [
            [-9, -9],
            [99, -9],
            [99, 99],
            [-9, 99],
          ],
        ],
        { rows: 5, columns: 5 },
      ).every((one) => one === 1),
    ).toBe(true);
  });
});

test('warpMask shows a part, and black beyond the slice', () => {
  const mask = Uint8Array.of(0, 9, 0, 9);
  const half = { top: 0, left: 1, height: 2, width: 2 };
  expect([...warpMask(mask, { rows: 2, columns: 2 }, { rows: 2, columns: 2 }, half)]).toEqual([1, 0, 1, 0]);
  const whole = { top: 0, left: 0, height: 2, width: 2 };
  expect([...warpMask(mask, { rows: 2, columns: 2 }, { rows: 4, columns: 4 }, whole)]).toEqual([
    0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1,
  ]);
});
