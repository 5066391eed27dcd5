import { expect, test } from 'vitest';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import { tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import { gradCam } from './gradCam.ts';

const [channels, rows, columns] = [6, 3, 4];
const cells = rows * columns;
const region = { top: 0, left: 0, height: 100, width: 80 };

/** A number between -1 and 1 that depends on nothing but its place. */
const noise = (place: number): number => Math.sin(12.9898 * (place + 1) * 78.233);

const classifierWeight = Float32Array.from({ length: 4 * channels }, (_, i) => noise(i));
const model = {
  card: { classes: [...tumourClasses], outputs: { features: { channels, rows, columns } } },
  classifierWeight,
} as unknown as LoadedModel;
const features = Float32Array.from({ length: channels * cells }, (_, i) => 3 * (1 + noise(100 + i)));

/** The head of the network in float64: global average, then one row of the linear layer. */
function logit(maps: ArrayLike<number>, classIndex: number): number {
  let sum = 0;
  for (let i = 0; i < channels * cells; i++) {
    sum += (classifierWeight[classIndex * channels + Math.floor(i / cells)]! * maps[i]!) / cells;
  }
  return sum;
}

test.each(tumourClasses.map((name, index) => [name, index] as const))(
  'equals Grad-CAM with gradients by finite differences, for %s',
  (tumourClass, index) => {
    const step = 1e-3;
    const gradient = Array.from(features, (_, i) => {
      const moved = Float64Array.from(features);
      moved[i]! += step;
      return (logit(moved, index) - logit(features, index)) / step;
    });
    const importance = Array.from({ length: channels }, (_, channel) => {
      const own = gradient.slice(channel * cells, (channel + 1) * cells);
      return own.reduce((sum, value) => sum + value, 0) / cells;
    });
    const { values, maximum } = gradCam({ features, model, class: tumourClass, region });
    for (let cell = 0; cell < cells; cell++) {
      const sum = importance.reduce(
        (total, weight, channel) => total + weight * features[channel * cells + cell]!,
        0,
      );
      expect(values[cell]).toBeCloseTo(Math.max(0, sum), 5);
    }
    expect(maximum).toBe(Math.max(...values));
  },
);

test('the cells of an all-positive map sum to the logit', () => {
  const positive = { ...model, classifierWeight: classifierWeight.map(Math.abs) };
  const { values } = gradCam({ features, model: positive, class: 'no_tumor', region });
  const sum = values.reduce((total, value) => total + value, 0);
  const pooled = Array.from({ length: channels }, (_, channel) => {
    const own = features.subarray(channel * cells, (channel + 1) * cells);
    return own.reduce((total, value) => total + value, 0) / cells;
  });
  const expected = pooled.reduce(
    (total, value, channel) => total + value * Math.abs(classifierWeight[2 * channels + channel]!),
    0,
  );
  expect(sum).toBeCloseTo(expected, 4);
});

test('scales with the features, and a flip of the features flips it', () => {
  const map = gradCam({ features, model, class: 'glioma_tumor', region }).values;
  const doubled = gradCam({
    features: features.map((v) => 2 * v),
    model,
    class: 'glioma_tumor',
    region,
  }).values;
  doubled.forEach((value, i) => expect(value).toBeCloseTo(2 * map[i]!, 5));
  const flip = (values: Float32Array): Float32Array =>
    values.map((_, i) => values[i - (i % columns) + columns - 1 - (i % columns)]!);
  expect([...gradCam({ features: flip(features), model, class: 'glioma_tumor', region }).values]).toEqual([
    ...flip(map),
  ]);
});

test('says so when nothing speaks for the class', () => {
  const against = { ...model, classifierWeight: classifierWeight.map((w) => -Math.abs(w)) };
  const heatmap = gradCam({ features, model: against, class: 'pituitary_tumor', region });
  expect(heatmap).toMatchObject({ isEmpty: true, maximum: 0, method: 'grad-cam', rows, columns, region });
  expect([...heatmap.values]).toEqual(Array<number>(cells).fill(0));
});

test('refuses features of another shape, and a class that the model does not know', () => {
  expect(() => gradCam({ features: features.subarray(1), model, class: 'no_tumor', region })).toThrow(
    RangeError,
  );
  const planeModel = { ...model, card: { ...model.card, classes: ['axial' as const] } };
  expect(() => gradCam({ features, model: planeModel, class: 'no_tumor', region })).toThrow(RangeError);
});
