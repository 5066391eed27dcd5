import { expect, test, vi } from 'vitest';
import { Sessions } from '../../src-main/inference/Sessions.ts';
import { describeMobileNetV2 } from '../../src-main/network/mobileNetV2.ts';
import { OnnxEngine } from '../../src-main/training/engines/onnx/OnnxEngine.ts';
import { initialiseByLsuv } from '../../src-main/training/initialise/initialiseByLsuv.ts';

vi.mock('onnxruntime-node', () => {
  throw new Error('there is no binary for this platform');
});

const network = describeMobileNetV2({ widthMultiplier: 0.25, inputSize: 32, inputChannels: 1, classes: 4 });
const picture = Float32Array.from({ length: 32 * 32 }, (_, i) => i % 256);
const order = {
  id: 1,
  model: { name: 'none', file: 'none', fingerprint: '' },
  provider: 'cpu',
  threads: 1,
  inputName: 'image',
  pictureShape: [1, 1, 1],
  inputs: new Float32Array(1),
  count: 1,
  outputNames: ['logits'],
  meansOf: null,
  gradient: null,
  answerGradient: null,
} as const;

test.each([
  ['a run of a model', () => new Sessions().run(order)],
  ['a training step', () => OnnxEngine.create({ network, workers: 1 })],
  ['making first weights', () => initialiseByLsuv(network, picture, 1)],
])('without a binary of onnxruntime, %s names the missing component', async (_, compute) => {
  await expect(compute()).rejects.toMatchObject({
    code: 'component-missing',
    detail: { component: 'onnxruntime' },
  });
});
