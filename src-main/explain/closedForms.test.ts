import { expect, test } from 'vitest';
import { explanationMethods, type ExplanationMethod } from '../../src-shared/domain/analysis.ts';
import { methodTraits, type Explanation } from '../../src-shared/domain/explanation.ts';
import type { InferencePort, LoadedModel } from '../../src-shared/domain/inference.ts';
import { tumourClasses, type TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { RandomStream } from '../../src-shared/statistics/RandomStream.ts';
import { explainSlice } from './explainSlice.ts';

const [channels, rows, columns] = [6, 3, 4];
const cells = rows * columns;
const region = { top: 0, left: 0, height: 100, width: 80 };

const random = new RandomStream(1);
const noise = (): number => random.between(-1, 1);

const classifierWeight = Float32Array.from({ length: 4 * channels }, () => 0.3 + noise());
const features = Float32Array.from({ length: channels * cells }, () => 3 * (1 + noise()));
const card = {
  architecture: { name: 'mobilenet-v2' },
  classes: [...tumourClasses],
  outputs: { features: { channels, rows, columns } },
};

/** The head of the network in float64: global average, then one row of the linear layer; no bias. */
function logit(maps: ArrayLike<number>, classIndex: number, weights = classifierWeight): number {
  let sum = 0;
  for (let i = 0; i < channels * cells; i++)
    sum += (weights[classIndex * channels + Math.floor(i / cells)]! * maps[i]!) / cells;
  return sum;
}

/** No method here may ask for a further run. */
const inference: InferencePort = {
  run: () => Promise.reject(new Error('a closed form asked the model')),
  gradients: () => Promise.reject(new Error('a closed form asked for gradients')),
};

function explain(
  method: ExplanationMethod,
  tumourClass: TumourClass,
  { maps = features, weights = classifierWeight, against = null as TumourClass | null } = {},
): Promise<Explanation> {
  const logits = Float32Array.from(tumourClasses, (_, index) => logit(maps, index, weights));
  return explainSlice(
    { method, layer: '7', class: tumourClass, against, samples: null, seed: 0 },
    { input: new Float32Array(0), region, logits, features: maps },
    {
      model: { card, classifierWeight: weights } as unknown as LoadedModel,
      provider: 'cpu',
      inference,
    },
  );
}

const closedForms = explanationMethods.filter(
  (method) => methodTraits[method].layers.includes('7') && methodTraits[method].samples === null,
);

test.each(tumourClasses.map((name, index) => [name, index] as const))(
  'Grad-CAM equals the definition with gradients by finite differences, for %s',
  async (tumourClass, index) => {
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
    const { values, maximum, minimum } = await explain('grad-cam', tumourClass);
    for (let cell = 0; cell < cells; cell++) {
      const sum = importance.reduce(
        (total, weight, channel) => total + weight * features[channel * cells + cell]!,
        0,
      );
      expect(values[cell]).toBeCloseTo(Math.max(0, sum), 5);
    }
    expect([minimum, maximum]).toEqual([Math.min(...values), Math.max(...values)]);
  },
);

test('the cells of an all-positive Grad-CAM sum to the logit', async () => {
  const weights = classifierWeight.map(Math.abs);
  const { values } = await explain('grad-cam', 'no_tumor', { weights });
  expect(values.reduce((total, value) => total + value, 0)).toBeCloseTo(logit(features, 2, weights), 4);
});

test.each(tumourClasses)(
  'CAM, Grad-CAM, HiResCAM and XGrad-CAM are one map at the last layer, up to Z: %s',
  async (name) => {
    const { values } = await explain('grad-cam', name);
    expect(Math.max(...values)).toBeGreaterThan(0.01);
    for (const method of ['hires-cam', 'xgrad-cam'] as const)
      (await explain(method, name)).values.forEach((value, i) => expect(value).toBeCloseTo(values[i]!, 6));
    (await explain('cam', name)).values.forEach((value, i) =>
      expect(value).toBeCloseTo(cells * values[i]!, 4),
    );
  },
);

test('Grad-CAM++ is its closed form: each positive weight over 2 + weight · mean map', async () => {
  const { values } = await explain('grad-cam++', 'meningioma_tumor');
  const expected = new Float64Array(cells);
  for (let channel = 0; channel < channels; channel++) {
    const weight = classifierWeight[channels + channel]!;
    if (weight <= 0) continue;
    const map = features.subarray(channel * cells, (channel + 1) * cells);
    const mean = map.reduce((sum, value) => sum + value, 0) / cells;
    map.forEach((value, cell) => (expected[cell]! += (weight / (2 + weight * mean)) * value));
  }
  values.forEach((value, cell) => expect(value).toBeCloseTo(expected[cell]!, 5));
});

test('Layer-CAM is Grad-CAM where no weight is negative', async () => {
  const weights = classifierWeight.map(Math.abs);
  const gradCam = await explain('grad-cam', 'glioma_tumor', { weights });
  const layerCam = await explain('layer-cam', 'glioma_tumor', { weights });
  layerCam.values.forEach((value, i) => expect(value).toBeCloseTo(gradCam.values[i]!, 6));
});

test('Ablation-CAM weighs by the loss of the logit when a map is set to zero', async () => {
  const index = 3;
  const score = logit(features, index);
  const sums = new Float64Array(cells);
  for (let channel = 0; channel < channels; channel++) {
    const without = Float32Array.from(features, (value, i) =>
      Math.floor(i / cells) === channel ? 0 : value,
    );
    const weight = (score - logit(without, index)) / Math.abs(score);
    for (let cell = 0; cell < cells; cell++) sums[cell]! += weight * features[channel * cells + cell]!;
  }
  const { values } = await explain('ablation-cam', tumourClasses[index]);
  values.forEach((value, cell) => expect(value).toBeCloseTo(Math.max(0, sums[cell]!), 4));
});

test('Eigen-CAM is the first principal component of the cells', async () => {
  const { values } = await explain('eigen-cam', 'glioma_tumor');
  const centred = features.map((value, i) => {
    const start = Math.floor(i / cells) * cells;
    return value - features.subarray(start, start + cells).reduce((sum, one) => sum + one, 0) / cells;
  });
  // No direction may have more variance than the one found: a brute search over turned ones stays below.
  const varianceAlong = (direction: readonly number[]): number => {
    const length = Math.hypot(...direction);
    let sum = 0;
    for (let cell = 0; cell < cells; cell++) {
      const place = direction.reduce((total, d, k) => total + (d / length) * centred[k * cells + cell]!, 0);
      sum += place ** 2;
    }
    return sum;
  };
  let best: number[] = Array.from({ length: channels }, noise);
  for (let round = 0, width = 1; round < 20_000; round++, width *= 0.9993) {
    const turned = best.map((value) => value + width * noise());
    if (varianceAlong(turned) > varianceAlong(best)) best = turned;
  }
  const length = Math.hypot(...best);
  const along = Array.from({ length: cells }, (_, cell) =>
    best.reduce((total, d, k) => total + (d / length) * centred[k * cells + cell]!, 0),
  );
  const summed = Array.from({ length: cells }, (_, cell) =>
    best.reduce((total, _d, k) => total + features[k * cells + cell]!, 0),
  );
  const sign = Math.sign(along.reduce((total, value, cell) => total + value * summed[cell]!, 0));
  values.forEach((value, cell) => expect(value).toBeCloseTo(Math.max(0, sign * along[cell]!), 2));
});

test('Finer-CAM of two classes is Grad-CAM of their difference, the runner-up where none is named', async () => {
  const difference = classifierWeight.slice();
  for (let k = 0; k < channels; k++) difference[k]! -= classifierWeight[channels + k]!;
  const expected = await explain('grad-cam', 'glioma_tumor', { weights: difference });
  const finer = await explain('finer-cam', 'glioma_tumor', { against: 'meningioma_tumor' });
  finer.values.forEach((value, i) => expect(value).toBeCloseTo(expected.values[i]!, 6));
  expect(finer.against).toBe('meningioma_tumor');
  const order = tumourClasses.toSorted(
    (a, b) => logit(features, tumourClasses.indexOf(b)) - logit(features, tumourClasses.indexOf(a)),
  );
  expect((await explain('finer-cam', order[0]!)).against).toBe(order[1]);
  await expect(explain('finer-cam', 'no_tumor', { against: 'no_tumor' })).rejects.toMatchObject({
    code: 'invalid-input',
  });
});

test.each(closedForms)(
  '%s: a flip of the maps flips it, and nothing of them is asked of the model',
  async (method) => {
    const { values } = await explain(method, 'glioma_tumor');
    const flip = (maps: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> =>
      maps.map((_, i) => maps[i - (i % columns) + columns - 1 - (i % columns)]!);
    const flipped = await explain(method, 'glioma_tumor', { maps: flip(features) });
    flip(values).forEach((value, i) => expect(flipped.values[i]).toBeCloseTo(value, 5));
  },
);

test('says so when nothing speaks for the class', async () => {
  const weights = classifierWeight.map((w) => -Math.abs(w));
  const heatmap = await explain('grad-cam', 'pituitary_tumor', { weights });
  expect(heatmap).toMatchObject({
    isEmpty: true,
    maximum: 0,
    method: 'grad-cam',
    layer: '7',
    rows,
    columns,
    region,
  });
  expect([...heatmap.values]).toEqual(Array<number>(cells).fill(0));
});

test('refuses features of another shape, and a class that the model does not know', async () => {
  await expect(explain('grad-cam', 'no_tumor', { maps: features.subarray(1) })).rejects.toThrow(RangeError);
  await expect(explain('grad-cam', 'axial' as TumourClass)).rejects.toThrow(RangeError);
});
