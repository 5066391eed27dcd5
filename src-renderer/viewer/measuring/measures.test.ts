import { describe, expect, it } from 'vitest';
import { noGeometry } from '../../../src-shared/domain/slice.ts';
import { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';
import { angleAt } from './angleAt.ts';
import { ellipseArea, ellipseIn } from './ellipse.ts';
import { ellipseStatistics } from './ellipseStatistics.ts';
import { lengthBetween } from './lengthBetween.ts';
import { metricOf } from './Metric.ts';

/** Rows 2 mm apart, columns 0.5 mm. */
const uneven = metricOf({ ...noGeometry, pixelSpacingMm: [2, 0.5] });
const pixels = metricOf(noGeometry);

describe('metricOf', () => {
  it('takes PixelSpacing as [between rows, between columns]', () => {
    expect(uneven).toEqual({ x: 0.5, y: 2, unit: 'mm' });
  });

  it('counts pixels where the spacing is absent or not usable', () => {
    expect(pixels).toEqual({ x: 1, y: 1, unit: 'px' });
    expect(metricOf({ ...noGeometry, pixelSpacingMm: [0, 0] }).unit).toBe('px');
  });
});

describe('lengthBetween', () => {
  it('measures along rows and columns by their own spacing', () => {
    const from = { x: 10, y: 20 };
    expect(lengthBetween(from, { x: 18, y: 20 }, uneven)).toBe(4);
    expect(lengthBetween(from, { x: 10, y: 23 }, uneven)).toBe(6);
    expect(lengthBetween(from, { x: 16, y: 22 }, uneven)).toBe(5);
    expect(lengthBetween(from, { x: 13, y: 24 }, pixels)).toBe(5);
  });
});

describe('angleAt', () => {
  const vertex = { x: 5, y: 5 };

  it('measures in the patient, not in the grid', () => {
    const [from, to] = [
      { x: 9, y: 5 },
      { x: 9, y: 6 },
    ];
    expect(angleAt(vertex, from, to, uneven)).toBeCloseTo(45, 10);
    expect(angleAt(vertex, from, to, pixels)).toBeCloseTo((Math.atan(1 / 4) * 180) / Math.PI, 10);
  });

  it('runs from 0 to 180 and does not depend on the order of the arms', () => {
    expect(angleAt(vertex, { x: 6, y: 5 }, { x: 9, y: 5 }, pixels)).toBe(0);
    expect(angleAt(vertex, { x: 6, y: 5 }, { x: 1, y: 5 }, pixels)).toBe(180);
    const [one, other] = [
      { x: 8, y: 1 },
      { x: 2, y: 7 },
    ];
    expect(angleAt(vertex, one, other, uneven)).toBe(angleAt(vertex, other, one, uneven));
  });

  it('is none while an arm has no length', () => {
    expect(angleAt(vertex, vertex, { x: 1, y: 1 }, pixels)).toBeNull();
  });
});

describe('ellipse', () => {
  it('has the area of its axes, in the patient', () => {
    const ellipse = ellipseIn({ x: 30, y: 10 }, { x: 10, y: 20 });
    expect(ellipse).toEqual({ centre: { x: 20, y: 15 }, radiusX: 10, radiusY: 5 });
    expect(ellipseArea(ellipse, uneven)).toBeCloseTo(Math.PI * 5 * 10, 10);
    expect(ellipseArea(ellipse, pixels)).toBeCloseTo(Math.PI * 50, 10);
  });
});

describe('ellipseStatistics', () => {
  const random = new RandomStream(11);
  const [rows, columns] = [37, 53];
  const samples = Int16Array.from(
    { length: rows * columns },
    () => Math.floor(random.uniform() * 4000) - 2000,
  );
  const slice = { rows, columns, samples, rescaleSlope: 0.5, rescaleIntercept: 1e5 };

  /** Every pixel asked one by one, sums in two passes. */
  function bruteForce(ellipse: ReturnType<typeof ellipseIn>) {
    const values: number[] = [];
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const x = (column + 0.5 - ellipse.centre.x) / ellipse.radiusX;
        const y = (row + 0.5 - ellipse.centre.y) / ellipse.radiusY;
        if (x * x + y * y <= 1) values.push(samples[row * columns + column]! * 0.5 + 1e5);
      }
    }
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return {
      count: values.length,
      mean,
      deviation: Math.sqrt(variance),
      least: Math.min(...values),
      most: Math.max(...values),
    };
  }

  it('agrees with asking every pixel, for 300 ellipses, also beyond the edge', () => {
    let compared = 0;
    for (let run = 0; run < 300; run++) {
      const corner = { x: random.uniform() * 70 - 8, y: random.uniform() * 50 - 6 };
      const opposite = { x: random.uniform() * 70 - 8, y: random.uniform() * 50 - 6 };
      const ellipse = ellipseIn(corner, opposite);
      const expected = bruteForce(ellipse);
      const found = ellipseStatistics(slice, ellipse);
      expect(found?.count ?? 0).toBe(expected.count);
      if (found === null) continue;
      compared++;
      expect(found.mean).toBeCloseTo(expected.mean, 6);
      expect(found.standardDeviation).toBeCloseTo(expected.deviation, 6);
      expect([found.minimum, found.maximum]).toEqual([expected.least, expected.most]);
    }
    expect(compared).toBeGreaterThan(250);
  });

  it('counts exactly the pixels whose middle is on the rim or inside', () => {
    // A radius of 1 about a pixel's middle reaches the middles of its four neighbours, and no corner's.
    const cross = ellipseStatistics(slice, ellipseIn({ x: 9.5, y: 9.5 }, { x: 11.5, y: 11.5 }));
    expect(cross?.count).toBe(5);
    const values = [
      [10, 10],
      [9, 10],
      [11, 10],
      [10, 9],
      [10, 11],
    ].map(([row, column]) => samples[row! * columns + column!]! * 0.5 + 1e5);
    expect(cross?.minimum).toBe(Math.min(...values));
  });

  it('leaves out what is not a number, and says nothing about nothing', () => {
    const holes = {
      ...slice,
      samples: Float32Array.from(samples, (value, i) => (i % 2 === 0 ? NaN : value)),
    };
    const whole = ellipseIn({ x: 5, y: 5 }, { x: 25, y: 25 });
    expect(ellipseStatistics(holes, whole)!.count).toBeLessThan(ellipseStatistics(slice, whole)!.count);
    expect(Number.isFinite(ellipseStatistics(holes, whole)!.mean)).toBe(true);
    expect(ellipseStatistics(slice, ellipseIn({ x: 3.1, y: 3.1 }, { x: 3.3, y: 3.3 }))).toBeNull();
    expect(ellipseStatistics(slice, ellipseIn({ x: -20, y: -20 }, { x: -5, y: -5 }))).toBeNull();
  });
});
