import { expect, test } from 'vitest';
import { gradCam } from '../../src-main/explain/gradCam.ts';
import { forkChannel } from '../../src-main/inference/forkChannel.ts';
import { goldenInputs } from '../../src-main/inference/goldenInputs.ts';
import { InferenceChild } from '../../src-main/inference/InferenceChild.ts';
import { loadModel } from '../../src-main/network/loadModel.ts';

/**
 * `models/combined` on two golden inputs by another implementation: the ReferenceEvaluator of the `onnx` Python
 * package 1.23.2 (plain NumPy), and the heatmap by NumPy from its feature maps and the classifier's weight.
 */
const fingerprint = '8976ef5c5b00b503147e93a4cc2c49c08d120dc6d5fbb98f2e4b15d411447259';
const expected = [
  {
    logits: [0.881034, -1.860191, 3.341559, -4.027663],
    class: 'no_tumor',
    heat: { maximum: 0.16038375, sum: 3.3414738, peak: [4, 3] },
  },
  {
    logits: [3.776331, -1.291343, 0.633747, -6.083156],
    class: 'glioma_tumor',
    heat: { maximum: 0.24928124, sum: 3.8033926, peak: [5, 1] },
  },
] as const;

test('logits and heatmaps equal the reference implementation, to 1e-4', async () => {
  const model = await loadModel('models/combined');
  expect(model.fingerprint).toBe(fingerprint);
  const inference = new InferenceChild(() => forkChannel());
  const inputs = goldenInputs(2, 224);
  const result = await inference.run({ model, provider: 'cpu', inputs, count: 2, wantsFeatures: true });
  inference.close();

  const region = { top: 0, left: 0, height: 224, width: 224 };
  expected.forEach((reference, picture) => {
    reference.logits.forEach((logit, i) => expect(result.logits[4 * picture + i]).toBeCloseTo(logit, 4));
    const features = result.features!.subarray(picture * 1280 * 49, (picture + 1) * 1280 * 49);
    const heatmap = gradCam({ features, model, class: reference.class, region });
    expect(heatmap.maximum).toBeCloseTo(reference.heat.maximum, 5);
    expect(heatmap.values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(reference.heat.sum, 4);
    const [row, column] = reference.heat.peak;
    expect(heatmap.values.indexOf(heatmap.maximum)).toBe(7 * row + column);
  });
});
