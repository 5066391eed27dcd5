import type { ProviderName } from '../../../src-shared/domain/analysis.ts';
import { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';
import { describeMobileNetV2, type Network } from '../../network/mobileNetV2.ts';
import { OnnxEngine } from '../engines/onnx/OnnxEngine.ts';
import { initialiseByLsuv } from '../initialise/initialiseByLsuv.ts';
import { ParameterVector } from '../ParameterVector.ts';
import type { Batch, StepEngine } from '../StepEngine.ts';

/** What is to be found out about one provider. */
export interface StepQuestion {
  provider: ProviderName;
  /** The network that is to be trained, to be timed; null asks only whether the provider computes rightly. */
  timed: { widthMultiplier: number; inputSize: number; classes: number; firstTrainedBlock: number } | null;
}

/** A provider's step beside the processor's; times are of a warm step, null where none was taken. */
export interface StepComparison {
  /** |L − L_cpu| / |L_cpu| */
  lossDifference: number;
  /** ‖g − g_cpu‖ / ‖g_cpu‖ over all parameters. */
  gradientDifference: number;
  stepMs: number | null;
  cpuStepMs: number | null;
}

const smallNetwork = { widthMultiplier: 0.25, inputSize: 32, inputChannels: 1, classes: 4 } as const;
const smallCount = 3;
const timedCount = 16;

/** A provider so many times slower on the small network is not worth timing on the large one. */
const hopelessFactor = 50;

/**
 * Takes a step of training on the processor and on a provider, from the same weights and pictures: first of a small
 * network, to compare loss and gradient, then of the wanted one, to compare speed.
 *
 * @throws Error with the native library's words when the provider cannot be opened or run
 */
export async function compareStep({ provider, timed }: StepQuestion): Promise<StepComparison> {
  const network = describeMobileNetV2(smallNetwork);
  const batch = inventBatch(network, smallCount);
  const weights = await initialiseByLsuv(network, batch.images, 1);
  const start = new Float32Array(new ParameterVector(network).length);
  new ParameterVector(network).write(network, weights, start);

  const cpu = await takeSteps(await OnnxEngine.create({ network }), start, batch);
  const own = await takeSteps(await OnnxEngine.create({ network, provider }), start, batch);
  const agreement = {
    lossDifference: Math.abs(own.loss - cpu.loss) / Math.abs(cpu.loss),
    gradientDifference: relativeDistance(own.gradients, cpu.gradients),
  };
  if (timed === null || own.elapsedMs > hopelessFactor * cpu.elapsedMs)
    return { ...agreement, stepMs: null, cpuStepMs: null };
  return { ...agreement, ...(await timeSteps(provider, timed)) };
}

async function timeSteps(
  provider: ProviderName,
  { firstTrainedBlock, ...shape }: NonNullable<StepQuestion['timed']>,
): Promise<{ stepMs: number; cpuStepMs: number }> {
  const network = describeMobileNetV2({ ...shape, inputChannels: 1 });
  const batch = inventBatch(network, timedCount);
  const start = new Float32Array(new ParameterVector(network).length);
  const [cpuStepMs, stepMs] = [
    (await takeSteps(await OnnxEngine.create({ network, firstTrainedBlock }), start, batch)).elapsedMs,
    (await takeSteps(await OnnxEngine.create({ network, firstTrainedBlock, provider }), start, batch))
      .elapsedMs,
  ];
  return { stepMs, cpuStepMs };
}

/** Two steps from the same weights; the first warms up, the second counts. Closes the engine. */
async function takeSteps(
  engine: StepEngine,
  start: Float32Array,
  batch: Batch,
): Promise<{ loss: number; gradients: Float32Array; elapsedMs: number }> {
  try {
    engine.weights.set(start);
    await engine.step(batch);
    const begun = performance.now();
    const { loss } = await engine.step(batch);
    const elapsedMs = performance.now() - begun;
    return { loss, gradients: Float32Array.from(engine.gradients), elapsedMs };
  } finally {
    await engine.close();
  }
}

/** Noise with soft targets: every activation has something to do. */
export function inventBatch({ inputSize, classes, featureChannels }: Network, count: number): Batch {
  const random = new RandomStream(1);
  return {
    count,
    images: Float32Array.from({ length: count * inputSize ** 2 }, () => random.between(0, 255)),
    targets: Float32Array.from({ length: count * classes }, (_, i) => {
      const isTrue = i % classes === Math.floor(i / classes) % classes;
      return isTrue ? 0.9 : 0.1 / (classes - 1);
    }),
    sampleWeights: new Float32Array(count).fill(1 / count),
    dropout: new Float32Array(count * featureChannels).fill(1),
  };
}

function relativeDistance(a: Float32Array, b: Float32Array): number {
  let [distance, length] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    distance += (a[i]! - b[i]!) ** 2;
    length += b[i]! ** 2;
  }
  return Math.sqrt(distance / length);
}
