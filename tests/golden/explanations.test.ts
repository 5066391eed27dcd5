import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnsweredPicture } from '../../src-main/explain/core/Question.ts';
import { explainSlice } from '../../src-main/explain/explainSlice.ts';
import { forkChannel } from '../../src-main/inference/forkChannel.ts';
import { goldenInputs } from '../../src-main/inference/goldenInputs.ts';
import { InferenceChild } from '../../src-main/inference/InferenceChild.ts';
import { loadModel } from '../../src-main/network/loadModel.ts';
import type { ExplanationMethod, ExplanationLayer } from '../../src-shared/domain/analysis.ts';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { relativeDifference } from './runGraph.ts';

/** Heatmaps of torch-cam, pytorch-grad-cam and torch; the file says how they were made. */
interface Golden {
  fingerprint: string;
  class: number;
  against: number;
  logits: number[];
  maps: {
    method: ExplanationMethod;
    layer: ExplanationLayer | null;
    library: string;
    samples?: number;
    values: number[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL('explanations.json', import.meta.url), 'utf8')) as Golden;
const inference = new InferenceChild(() => forkChannel());
let model: LoadedModel;
let picture: AnsweredPicture;

beforeAll(async () => {
  model = await loadModel('models/combined');
  const size = model.card.architecture.inputSize;
  const input = goldenInputs(2, size).slice(size ** 2);
  const request = { model, provider: 'cpu', inputs: input, count: 1, wantsFeatures: true } as const;
  const { logits, features } = await inference.run(request);
  const region = { top: 0, left: 0, height: size, width: size };
  picture = { input, region, logits, features: features! };
});
afterAll(() => inference.close());

test('they are of the shipped model, which gives the same logits', () => {
  expect(model.fingerprint).toBe(golden.fingerprint);
  expect(relativeDifference(picture.logits, golden.logits)).toBeLessThan(1e-4);
});

/** Its 1,280 runs are for `npm run test:long`. */
const isDear = (method: ExplanationMethod): boolean => method === 'score-cam';

for (const { method, layer, library, samples, values } of golden.maps) {
  test.skipIf(isDear(method) && process.env['BRATUM_LONG'] !== '1')(`${method}${layer === null ? '' : ` at ${layer}`} is that of ${library}${isDear(method) ? ' (takes minutes, BRATUM_LONG=1 runs it)' : ''}`, async () => {
    const { classes } = model.card;
    const explanation = await explainSlice(
      {
        method,
        layer: layer ?? '7',
        class: classes[golden.class] as TumourClass,
        against: classes[golden.against] as TumourClass,
        samples: samples ?? null,
        seed: 3,
      },
      picture,
      { model, provider: 'cpu', inference },
    );
    const found = values.length === explanation.values.length ? explanation.values : squares(explanation);
    expect(Math.max(...values)).toBeGreaterThan(0);
    expect(relativeDifference(found, values)).toBeLessThan(1e-3);
  }, 120_000);
}

/** Sums over squares of 16 pixels: a map at the picture's size in fewer numbers. */
function squares({ columns, values }: { columns: number; values: Float32Array }): Float64Array {
  const along = columns / 16;
  const sums = new Float64Array(along ** 2);
  values.forEach((value, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    sums[Math.floor(row / 16) * along + Math.floor(column / 16)]! += value;
  });
  return sums;
}
