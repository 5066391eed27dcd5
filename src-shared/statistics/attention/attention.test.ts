import { describe, expect, test } from 'vitest';
import { RandomStream } from '../RandomStream.ts';
import { auditMethod, compareAudits, type AuditedSlice } from './auditReport.ts';
import { peakOf, placeFigures } from './placeFigures.ts';
import { correlation, rankCorrelation } from './rankCorrelation.ts';
import { areaUnder, removalOrder, removalPictures } from './removal.ts';
import { spreadOf } from './spreadOf.ts';

describe('correlation', () => {
  test('Spearman of a published example with ties', () => {
    // Ranks 1, 2.5, 2.5, 4 against 1, 3, 2, 4: 4.5 / sqrt(4.5 × 5).
    expect(rankCorrelation([1, 2, 2, 3], [10, 30, 20, 40])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
  });

  test('any rising function keeps ranks; a falling one turns them', () => {
    const values = [0.3, 5, 1, 0.2, 9];
    expect(rankCorrelation(values, values.map(Math.exp))).toBeCloseTo(1, 12);
    expect(
      rankCorrelation(
        values,
        values.map((value) => -value),
      ),
    ).toBeCloseTo(-1, 12);
  });

  test('constant maps say the same as each other and nothing of others', () => {
    expect(correlation([2, 2, 2], [5, 5, 5])).toBe(1);
    expect(correlation([2, 2, 2], [1, 2, 3])).toBe(0);
  });

  test('maps of different sizes are a bug', () => {
    expect(() => correlation([1], [1, 2])).toThrow(RangeError);
  });
});

describe('where the heat lies', () => {
  const size = { rows: 28, columns: 28 };
  const at = (row: number, column: number): number => row * 28 + column;
  const mask = (isIn: (row: number, column: number) => boolean): Uint8Array =>
    Uint8Array.from({ length: 784 }, (_, i) => Number(isIn(Math.floor(i / 28), i % 28)));
  const outline = mask((row, column) => row >= 10 && row < 14 && column >= 10 && column < 14);

  test('an even map has as much inside as the outline covers', () => {
    const even = new Float32Array(784).fill(3);
    const place = placeFigures(even, size, { head: null, outline })!;
    expect(place.inside!.energyInside).toBeCloseTo(16 / 784, 12);
    expect(place.inside!.areaInside).toBeCloseTo(16 / 784, 12);
    // Two pixels on each side.
    expect(place.borderShare).toBeCloseTo(1 - 24 ** 2 / 784, 12);
  });

  test('peak inside, near and far', () => {
    const insideOf = (place: number) => {
      const heat = new Float32Array(784).fill(0.1);
      heat[place] = 1;
      return placeFigures(heat, size, { head: null, outline })!.inside!;
    };
    expect(insideOf(at(11, 12))).toMatchObject({ isPeakInside: true, isPeakNear: true });
    // 15 of 224 pixels are 1.875 of 28: one pixel beside the outline is near, two are not.
    expect(insideOf(at(9, 12))).toMatchObject({ isPeakInside: false, isPeakNear: true });
    expect(insideOf(at(8, 12))).toMatchObject({ isPeakInside: false, isPeakNear: false });
  });

  test('what speaks against the class is no heat; nothing above 0 is an empty map', () => {
    const heat = new Float32Array(784).fill(-1);
    expect(placeFigures(heat, size, { head: null, outline })).toBeNull();
    heat[at(0, 0)] = 1;
    const head = mask((row) => row > 5);
    expect(placeFigures(heat, size, { head, outline })).toMatchObject({
      shareOutsideHead: 1,
      borderShare: 1,
      inside: { energyInside: 0 },
    });
  });

  test('the first of equal peaks', () => {
    expect(peakOf([0, 4, 4])).toBe(1);
  });
});

describe('removal', () => {
  test('the hottest first; the order of equals does not favour the top', () => {
    const heat = new Float32Array(400);
    heat[123] = 2;
    heat[7] = 1;
    const order = removalOrder(heat);
    expect([...order.subarray(0, 2)]).toEqual([123, 7]);
    expect(new Set(order).size).toBe(400);
    const firstHalf = [...order.subarray(2, 202)].filter((place) => place < 200).length;
    expect(firstHalf).toBeGreaterThan(70);
    expect(firstHalf).toBeLessThan(130);
    expect(removalOrder(heat)).toEqual(order);
  });

  test('goes from one picture to the other', () => {
    const pictures = removalPictures(
      Float32Array.of(1, 2, 3, 4),
      new Float32Array(4),
      Uint32Array.of(2, 0, 3, 1),
      2,
    );
    expect([...pictures]).toEqual([1, 2, 3, 4, 0, 2, 0, 4, 0, 0, 0, 0]);
  });

  test('areas by trapezia', () => {
    expect(areaUnder([1, 0])).toBe(0.5);
    expect(areaUnder([1, 0.5, 0.5])).toBeCloseTo(0.625, 12);
  });
});

test('quartiles between order statistics', () => {
  expect(spreadOf([4, 1, 3, 2])).toEqual({
    n: 4,
    minimum: 1,
    lowerQuartile: 1.75,
    median: 2.5,
    upperQuartile: 3.25,
    maximum: 4,
  });
  expect(spreadOf([])).toBeNull();
});

describe('an audit', () => {
  const random = new RandomStream(3);
  const slices: AuditedSlice[] = Array.from({ length: 16 }, (_, i) => ({
    path: `p${i}`,
    group: `g${i >> 1}`,
    plane: 'sagittal',
    label: 'pituitary_tumor',
    answer: 'pituitary_tumor',
    probability: 0.9,
    explained: 'pituitary_tumor',
    wasSeen: false,
    insideOf: 'outline',
    trust: {
      place:
        i === 15
          ? null
          : {
              shareOutsideHead: i < 3 ? 0.6 : 0.1,
              borderShare: random.uniform(),
              inside: { isPeakInside: i >= 4, isPeakNear: i >= 2, energyInside: i / 100, areaInside: 0.02 },
            },
      conduct: null,
    },
  }));

  test('cells, the ten worst, and a verdict in words; an empty map misses', () => {
    const { cells, worst, verdicts } = auditMethod('grad-cam', slices);
    expect(verdicts).toEqual([
      'pituitary, sagittal: 31% of correct answers have their peak outside the marked region (5 of 16)',
      'pituitary, sagittal: 20% of correct answers have most of their heat outside the head (3 of 15)',
    ]);
    const cell = cells.find(
      ({ class: tumourClass, plane }) => tumourClass === 'pituitary_tumor' && plane === 'sagittal',
    )!;
    expect(cell).toMatchObject({ n: 16, right: 16, empty: 1 });
    expect(cell.pointing!.value).toBeCloseTo(11 / 16, 12);
    expect(cell.pointing!.interval![0]).toBeLessThan(11 / 16);
    expect(cell.pointing!.interval![1]).toBeGreaterThan(11 / 16);
    expect(cell.energyInside!.value).toBeCloseTo(105 / 1600, 12);
    expect(worst.energyInside.map(({ path }) => path)).toEqual(Array.from({ length: 10 }, (_, i) => `p${i}`));
    expect(worst.shareOutsideHead[0]!.path).toBe('p0');
    expect(worst.deletion).toEqual([]);
  });

  test('two models differ by what they differ', () => {
    const better = slices.map((slice) => ({
      ...slice,
      trust: {
        ...slice.trust,
        place: slice.trust.place && { ...slice.trust.place, shareOutsideHead: 0 },
      },
    }));
    const differences = compareAudits(slices, better);
    const outside = differences.find(({ figure }) => figure === 'shareOutsideHead')!;
    expect(outside).toMatchObject({ second: 0, n: 15 });
    expect(outside.first).toBeCloseTo(0.2, 12);
    expect(outside.interval![1]).toBeLessThan(0);
    expect(differences.find(({ figure }) => figure === 'pointing')).toMatchObject({
      interval: [0, 0],
      n: 16,
    });
  });
});
