import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inventPictures } from '../fixtures/smallModel.ts';
import { writeSmallModel } from '../fixtures/writeSmallModel.ts';
import { explanationMethods, type ExplanationMethod } from '../../src-shared/domain/analysis.ts';
import type { Explanation, ExplanationRequest } from '../../src-shared/domain/explanation.ts';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { forkChannel } from '../../src-main/inference/forkChannel.ts';
import { InferenceChild } from '../../src-main/inference/InferenceChild.ts';
import type { AnsweredPicture } from '../../src-main/explain/core/Question.ts';
import { explainSlice } from '../../src-main/explain/explainSlice.ts';
import { toFailure } from '../../src-shared/errors.ts';

const size = 32;
const index = 1;
const inference = new InferenceChild(() => forkChannel());
let folder: string;
let model: LoadedModel;
let picture: AnsweredPicture;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-explain-'));
  model = await writeSmallModel(join(folder, 'small'));
  picture = await answer(inventPictures(1, size, 5));
});
afterAll(async () => {
  inference.close();
  await rm(folder, { recursive: true });
});

async function answer(inputs: Float32Array<ArrayBuffer>): Promise<AnsweredPicture> {
  const request = { model, provider: 'cpu', inputs, count: 1, wantsFeatures: true } as const;
  const { logits, features } = await inference.run(request);
  const region = { top: 0, left: 0, height: size, width: size };
  return { input: inputs, region, logits, features: features! };
}

type Asked = Partial<Pick<ExplanationRequest, 'layer' | 'samples' | 'seed'>> & {
  tumourClass?: TumourClass;
  signal?: AbortSignal;
};

function explain(method: ExplanationMethod, asked: Asked = {}): Promise<Explanation> {
  const { layer = '7', samples = null, seed = 1, tumourClass = 'meningioma_tumor', signal } = asked;
  const request = { method, layer, class: tumourClass, against: null, samples, seed };
  return explainSlice(request, picture, { model, provider: 'cpu', inference, signal });
}

const logitOf = async (inputs: Float32Array<ArrayBuffer>): Promise<number> =>
  (await answer(inputs)).logits[index]!;

test('integrated gradients sum to the difference of the logits: completeness', async () => {
  const { values } = await explain('integrated-gradients', { samples: 256, tumourClass: 'no_tumor' });
  const black = await answer(new Float32Array(size * size));
  const difference = picture.logits[2]! - black.logits[2]!;
  const sum = values.reduce((total, value) => total + value, 0);
  expect(Math.abs(difference)).toBeGreaterThan(1);
  // Positive and negative shares are fifty times as large as what remains of them.
  expect(Math.abs(sum / difference - 1)).toBeLessThan(0.04);
});

test('the gradient by the picture is that of finite differences', async () => {
  const { image } = await inference.gradients({
    model,
    inputs: picture.input,
    count: 1,
    logitWeights: Float32Array.of(0, 1, 0, 0),
    activations: [],
    wantsImage: true,
  });
  // Along the gradient itself: one number that all pixels share in.
  const length = Math.hypot(...image);
  const step = 0.05;
  const moved = (sign: number): Float32Array<ArrayBuffer> =>
    picture.input.map((grey, i) => grey + (sign * step * image[i]!) / length);
  const slope = ((await logitOf(moved(1))) - (await logitOf(moved(-1)))) / (2 * step);
  expect(slope / length).toBeCloseTo(1, 1);
});

test('a gradient graph gives at the last maps what the closed form gives', async () => {
  const { maps } = await inference.gradients({
    model,
    inputs: picture.input,
    count: 1,
    logitWeights: Float32Array.of(0, 1, 0, 0),
    activations: ['head'],
    wantsImage: false,
  });
  const channels = picture.features.length;
  maps[0]!.activations.forEach((value, i) => expect(value).toBeCloseTo(picture.features[i]!, 4));
  for (let k = 0; k < channels; k++)
    expect(maps[0]!.gradients[k]).toBeCloseTo(model.classifierWeight[index * channels + k]!, 5);
});

test('occlusion is the loss of the logit when a square is covered', async () => {
  const { values, rows, columns } = await explain('occlusion');
  expect([rows, columns]).toEqual([14, 14]);
  const covered = picture.input.slice();
  // The cell (3, 6): from (2.5 to 4.5) and (5.5 to 7.5) cells of 32 / 14 pixels.
  for (let row = 6; row < 10; row++) covered.fill(0, row * size + 13, row * size + 17);
  expect(values[3 * 14 + 6]).toBeCloseTo(picture.logits[index]! - (await logitOf(covered)), 4);
});

test('Smooth Grad-CAM++ without noise would be Grad-CAM++, and with little samples differs from it', async () => {
  const dark = { ...picture, input: new Float32Array(size * size).fill(80) };
  const flat = await answer(dark.input);
  const request = { layer: '7', class: 'meningioma_tumor', against: null, samples: 3, seed: 4 } as const;
  const tools = { model, provider: 'cpu', inference } as const;
  const [smooth, plain] = await Promise.all(
    (['smooth-grad-cam++', 'grad-cam++'] as const).map((method) =>
      explainSlice({ method, ...request }, flat, tools),
    ),
  );
  // A flat picture has no range of greys, hence no noise.
  smooth!.values.forEach((value, i) => expect(value).toBeCloseTo(plain!.values[i]!, 5));
  expect((await explain('smooth-grad-cam++')).values).not.toEqual((await explain('grad-cam++')).values);
});

test.each(['rise', 'smooth-grad', 'smooth-grad-cam++'] as const)(
  '%s: the same seed gives the same map, another seed another',
  async (method) => {
    const [first, again, other] = await Promise.all(
      [1, 1, 2].map((seed) => explain(method, { seed, samples: 20 })),
    );
    expect([...again!.values]).toEqual([...first!.values]);
    expect([...other!.values]).not.toEqual([...first!.values]);
  },
);

test.each(['14', '28', 'fused'] as const)(
  'at layer %s every method that has it gives numbers',
  async (layer) => {
    for (const method of explanationMethods) {
      const explanation = await explain(method, { layer, samples: 2 });
      if (explanation.layer !== layer) continue;
      const expected = layer === '14' ? 2 : 4;
      expect([explanation.rows, explanation.columns]).toEqual([expected, expected]);
      expect(explanation.values.every(Number.isFinite)).toBe(true);
      expect(explanation.minimum).toBeGreaterThanOrEqual(0);
      if (layer === 'fused' && !explanation.isEmpty) expect(explanation.maximum).toBeLessThanOrEqual(1);
    }
  },
);

test('cancelling ends a method that asks the model', async () => {
  const controller = new AbortController();
  const explaining = explain('rise', { samples: 5000, signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  await expect(explaining).rejects.toMatchObject({ code: 'cancelled' });
});

test('a model from elsewhere is explained by what asks it about pictures, and the rest is refused', async () => {
  const { card } = model;
  const foreign = { ...model, card: { ...card, architecture: { ...card.architecture, name: 'foreign' } } };
  const answers = explanationMethods.map(async (method) => {
    const request = { method, layer: '7', class: 'no_tumor', against: null, samples: 2, seed: 1 } as const;
    const tools = { model: foreign as LoadedModel, provider: 'cpu', inference } as const;
    return [method, await explainSlice(request, picture, tools).then(() => 'made', toFailure)] as const;
  });
  for (const [method, answer] of await Promise.all(answers))
    if (method === 'occlusion' || method === 'rise') expect(answer, method).toBe('made');
    else expect(answer, method).toMatchObject({ code: 'method-unavailable' });
});
