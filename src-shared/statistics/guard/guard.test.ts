import { describe, expect, test } from 'vitest';
import { RandomStream } from '../RandomStream.ts';
import { rankingCurves } from '../rankingCurves.ts';
import { fitGuard } from './fitGuard.ts';
import { guardOutline, outlineLength } from './guardOutline.ts';
import { guardScore, logResidual, type GuardSample } from './guardScore.ts';
import { guardThreshold } from './guardThreshold.ts';
import { principalAxes } from './principalAxes.ts';
import { regionMeans } from './regionMeans.ts';
import { ridgeRegression } from './ridgeRegression.ts';
import { solvePositiveDefinite } from './solvePositiveDefinite.ts';

const shape = { channels: 12, rows: 7, columns: 7 };

/** Positive maps whose first `varied` channels move, the others hardly; `twist` moves energy from top to bottom. */
function drawMaps(random: RandomStream, varied: number, twist = 0): Float32Array<ArrayBuffer> {
  const maps = new Float32Array(shape.channels * 49);
  for (let c = 0; c < shape.channels; c++) {
    const level = 1 + (c < varied ? random.uniform() : 0.01 * random.uniform());
    for (let cell = 0; cell < 49; cell++) {
      const tilt = 1 + 0.3 * ((cell < 21 ? 1 : -1) * (1 - 2 * twist));
      maps[c * 49 + cell] = level * tilt + 0.05 * random.uniform();
    }
  }
  return maps;
}

const meansOf = (seed: number, count: number, varied: number, twist = 0): Float32Array[] =>
  Array.from({ length: count }, (_, i) =>
    regionMeans(drawMaps(new RandomStream(seed, i), varied, twist), shape),
  );

/** The outline of a stranger has its first half raised by `twist`. */
const samplesOf = (seed: number, count: number, varied: number, twist = 0): GuardSample[] =>
  meansOf(seed, count, varied, twist).map((means, i) => {
    const random = new RandomStream(seed, i, 1);
    return {
      means,
      outline: Float32Array.from({ length: 20 }, (_, k) => random.uniform() + (k < 10 ? twist : 0)),
    };
  });

test('region means are the means of the whole and of nine windows of 3 × 3 cells', () => {
  const random = new RandomStream(3);
  const maps = Float32Array.from({ length: shape.channels * 49 }, () => random.uniform());
  const means = regionMeans(maps, shape);
  const plain: number[] = [];
  const windows = [0, 2, 4].flatMap((top) => [0, 2, 4].map((left) => ({ top, left, side: 3 })));
  for (const { top, left, side } of [{ top: 0, left: 0, side: 7 }, ...windows])
    for (let c = 0; c < shape.channels; c++) {
      const cells = [...maps.subarray(c * 49, (c + 1) * 49)].filter((_, cell) => {
        const [row, column] = [Math.floor(cell / 7), cell % 7];
        return row >= top && row < top + side && column >= left && column < left + side;
      });
      plain.push(cells.reduce((sum, value) => sum + value, 0) / side ** 2);
    }
  expect(means.length).toBe(plain.length);
  plain.forEach((value, i) => expect(means[i]).toBeCloseTo(value, 6));
});

test('maps of a single cell have the same mean everywhere', () => {
  const means = regionMeans([5, -2], { channels: 2, rows: 1, columns: 1 });
  expect([...means]).toEqual(Array.from({ length: 10 }, () => [5, -2]).flat());
});

test('principal axes are orthonormal eigenvectors of the scatter, the largest first', () => {
  const random = new RandomStream(8);
  const spreads = [9, 3, 1, 0.1, 0.03, 0.03];
  const points = Array.from({ length: 300 }, () => spreads.map((spread) => spread * random.between(-1, 1)));
  const { mean, axes } = principalAxes(points, 6, 3);
  const centred = points.map((point) => point.map((value, i) => value - mean[i]!));
  const scatter = (i: number, j: number): number => centred.reduce((sum, x) => sum + x[i]! * x[j]!, 0);
  const values = [0, 1, 2].map((k) => {
    const axis = [...axes.subarray(6 * k, 6 * k + 6)];
    const image = axis.map((_, i) => axis.reduce((sum, value, j) => sum + scatter(i, j) * value, 0));
    const value = Math.hypot(...image);
    image.forEach((coordinate, i) => expect(coordinate / value).toBeCloseTo(axis[i]!, 5));
    expect(Math.hypot(...axis)).toBeCloseTo(1, 12);
    return value;
  });
  expect(values[0]).toBeGreaterThan(values[1]!);
  expect(values[1]).toBeGreaterThan(values[2]!);
  expect(axes.subarray(0, 6).reduce((sum, value, i) => sum + value * axes[6 + i]!, 0)).toBeCloseTo(0, 12);
});

test('points fewer than half of their coordinates have the axes of their scatter as well', () => {
  const random = new RandomStream(5);
  const spreads = Array.from({ length: 30 }, (_, i) => 9 / (1 + i) ** 2);
  const points = Array.from({ length: 12 }, () => spreads.map((spread) => spread * random.between(-1, 1)));
  const few = principalAxes(points, 30, 2);
  // Each point thrice: the scatter is three times as large, and has the same axes.
  const many = principalAxes([...points, ...points, ...points], 30, 2);
  for (const [i, coordinate] of few.axes.entries()) expect(coordinate).toBeCloseTo(many.axes[i]!, 9);
  for (const [i, coordinate] of few.mean.entries()) expect(coordinate).toBeCloseTo(many.mean[i]!, 12);
});

test('the solver undoes a product, and refuses what is not positive definite', () => {
  const matrix = Float64Array.of(4, 1, 0.5, 1, 3, -1, 0.5, -1, 5);
  const x = [1, -2, 3];
  const right = [0, 1, 2].map((row) => x.reduce((sum, value, i) => sum + matrix[3 * row + i]! * value, 0));
  const solved = solvePositiveDefinite(matrix, Float64Array.from(right));
  solved.forEach((value, i) => expect(value).toBeCloseTo(x[i]!, 12));
  expect(() => solvePositiveDefinite(Float64Array.of(1, 2, 2, 1), new Float64Array(2))).toThrow(RangeError);
});

test('the regression is the least of its loss: every small step makes it worse', () => {
  const random = new RandomStream(4);
  const points = Array.from({ length: 40 }, (_, i) => {
    const u = Float64Array.from({ length: 3 }, () => random.between(-2, 2));
    return { u, target: u[0]! - 2 * u[1]! + random.between(-1, 1), weight: (i % 2 === 0 ? 1.5 : 0.5) / 40 };
  });
  const mean = (of: (point: (typeof points)[number]) => number): number =>
    points.reduce((sum, point) => sum + point.weight * of(point), 0);
  const lambda = 0.2;
  const centre = [0, 1, 2].map((i) => mean(({ u }) => u[i]!));
  const variance = [0, 1, 2].reduce((sum, i) => sum + mean(({ u }) => (u[i]! - centre[i]!) ** 2), 0) / 3;
  const middle = mean(({ target }) => target);
  const loss = (b: readonly number[]): number => {
    const fit = (u: Float64Array): number =>
      b.reduce((sum, value, i) => sum + value * (u[i]! - centre[i]!), 0);
    const penalty = lambda * variance * b.reduce((sum, value) => sum + value * value, 0);
    return mean(({ u, target }) => (target - middle - fit(u)) ** 2) + penalty;
  };
  const found = [...ridgeRegression(points, lambda)];
  for (const i of [0, 1, 2])
    for (const step of [-1e-3, 1e-3]) {
      const moved = found.map((value, j) => (j === i ? value + step : value));
      expect(loss(moved)).toBeGreaterThan(loss(found));
      // To second order the loss rises alike on both sides of its least point.
      const mirrored = found.map((value, j) => (j === i ? value - step : value));
      expect(loss(moved) - loss(mirrored)).toBeCloseTo(0, 12);
    }
});

test('the residual is what a projection onto the axes leaves', () => {
  const guard = { shape: { channels: 3, rows: 1, columns: 1 }, centre: Float32Array.of(1, 1, 1) };
  const axes = Float32Array.of(1, 0, 0, 0, Math.SQRT1_2, Math.SQRT1_2);
  // z − μ = (5, 4, 0): (5, 0, 0) and (0, 2, 2) lie on the axes, (0, 2, −2) does not.
  expect(logResidual(Float32Array.of(6, 5, 1), { ...guard, axes })).toBeCloseTo(Math.log(Math.sqrt(8)), 6);
  expect(logResidual(Float32Array.of(1, 1, 1), { ...guard, axes })).toBeLessThan(-9);
});

describe('fitGuard', () => {
  const training = samplesOf(1, 400, 4);
  const validation = samplesOf(2, 300, 4);
  const strangers = [...samplesOf(3, 200, 4, 1), ...samplesOf(4, 100, 4, 0.6)];
  const guard = fitGuard({ training, strangers, validation }, shape);
  const scores = (of: readonly GuardSample[]): number[] => of.map((sample) => guardScore(sample, guard));
  const area = (of: readonly GuardSample[]): number => {
    const [strange, known] = [scores(of), scores(samplesOf(5, 200, 4))];
    const all = [...strange, ...known];
    return rankingCurves(
      all,
      all.map((_, i) => i < strange.length),
    ).rocArea!;
  };

  test('finds strangers like those it was shown', () => {
    expect(area(samplesOf(6, 100, 4, 1))).toBeGreaterThan(0.99);
  });

  test('the residual alone tells pictures that move where no training picture does', () => {
    const residuals = (of: readonly Float32Array[]): number[] => of.map((means) => logResidual(means, guard));
    expect(Math.min(...residuals(meansOf(7, 100, 12)))).toBeGreaterThan(
      Math.max(...residuals(meansOf(8, 100, 4))),
    );
  });

  test('outlines alone tell strangers whose maps are like those of the training pictures', () => {
    const known = samplesOf(8, 100, 4);
    const strange = samplesOf(9, 100, 4, 1).map(({ outline }, i) => ({ ...known[i]!, outline }));
    expect(area(strange)).toBeGreaterThan(0.99);
  });

  test('the score is the smooth maximum of its three parts, worked out in plain steps', () => {
    const [sample] = samplesOf(9, 1, 6) as [GuardSample];
    const { means } = sample;
    const z = Array.from({ length: 12 }, (_, c) => means[c]! - guard.centre[c]!);
    const axes = Array.from({ length: guard.axes.length / 12 }, (_, k) => [
      ...guard.axes.subarray(12 * k, 12 * k + 12),
    ]);
    const left = axes.reduce((rest, axis) => {
      const along = axis.reduce((sum, value, c) => sum + value * z[c]!, 0);
      return rest.map((value, c) => value - along * axis[c]!);
    }, z);
    let features = guard.offset;
    for (let region = 1; region <= 9; region++)
      for (let c = 0; c < 12; c++)
        features += guard.weights[(region - 1) * 12 + c]! * means[region * 12 + c]!;
    const outline = guard.outline!;
    const residual = outline.residualOffset + guard.slope * Math.log(Math.hypot(...left));
    const looks = outline.weights.reduce(
      (sum, weight, i) => sum + weight * sample.outline[i]!,
      outline.offset,
    );
    const plain = Math.log([features, looks, residual].reduce((sum, part) => sum + Math.exp(1.5 * part), 0));
    expect(guardScore(sample, guard)).toBeCloseTo(plain, 3);
    // Without an outline, as version 1 was: one offset for both parts.
    expect(guardScore(sample, { ...guard, outline: null })).toBeCloseTo(
      features + residual - outline.residualOffset,
      3,
    );
  });

  test('every part has mean 0 and deviation 1 on the validation part', () => {
    const { weights, offset } = guard.outline!;
    const parts = validation.map(({ outline }) =>
      weights.reduce((sum, weight, i) => sum + weight * outline[i]!, offset),
    );
    const mean = parts.reduce((sum, part) => sum + part, 0) / parts.length;
    expect(mean).toBeCloseTo(0, 3);
    expect(Math.sqrt(parts.reduce((sum, part) => sum + (part - mean) ** 2, 0) / parts.length)).toBeCloseTo(
      1,
      1,
    );
  });

  test('refuses fewer training pictures than axes', () => {
    expect(() => fitGuard({ training: training.slice(0, 6), strangers, validation }, shape)).toThrow(
      RangeError,
    );
  });
});

test('an outline knows where edges are and which way they face, and nothing of brightness', () => {
  const side = 64;
  const draw = (edge: number, dark = 20, bright = 220) => ({
    rows: side,
    columns: side,
    values: Float32Array.from({ length: side * side }, (_, i) => (i % side < edge ? dark : bright)),
  });
  const histograms = (picture: ReturnType<typeof draw>) => guardOutline(picture).subarray(0, 768);
  const outline = guardOutline(draw(32));
  expect(outline).toHaveLength(outlineLength);
  // The edge lies between the middle columns of cells; towards bright on the right is direction 0.
  for (const [i, value] of histograms(draw(32)).entries()) {
    const [column, direction] = [Math.floor(i / 12) % 8, i % 12];
    if ((column === 3 || column === 4) && direction === 0) expect(value).toBeGreaterThan(0.1);
    else expect(value).toBeLessThan(1e-3);
  }
  // Bright on the left is the opposite direction, 6.
  const opposite = histograms(draw(32, 220, 20));
  expect(opposite[3 * 12 + 6]).toBeCloseTo(histograms(draw(32))[3 * 12]!, 4);
  const plain = histograms(draw(32));
  for (const [i, value] of histograms(draw(32, 50, 250)).entries()) expect(value).toBeCloseTo(plain[i]!, 2);
  for (const value of guardOutline(draw(0))) expect(value).toBeCloseTo(0, 2);
});

test('the threshold flags 2 % of the validation part, and no promise is made for few pictures', () => {
  const scores = Array.from({ length: 652 }, (_, i) => (i * 37) % 652);
  const threshold = guardThreshold(scores)!;
  expect(scores.filter((score) => score > threshold)).toHaveLength(13);
  expect(scores.filter((score) => score >= threshold)).toHaveLength(14);
  expect(guardThreshold(scores.slice(0, 79))).toBeNull();
  expect(guardThreshold(scores.slice(0, 80))).not.toBeNull();
});
