import { describeMobileNetV2, type Network } from '../../src-main/network/mobileNetV2.ts';
import { OnnxEngine } from '../../src-main/training/engines/onnx/OnnxEngine.ts';
import { TfjsEngine } from '../../src-main/training/engines/tfjs/TfjsEngine.ts';
import { initialiseByLsuv } from '../../src-main/training/initialise/initialiseByLsuv.ts';
import { ParameterVector } from '../../src-main/training/ParameterVector.ts';
import type { Batch, StepEngine, StepResult } from '../../src-main/training/StepEngine.ts';
import { RandomStream } from '../../src-shared/statistics/RandomStream.ts';
import { relativeDifference } from '../golden/runGraph.ts';
import type { Measurement } from './Measurement.ts';

const count = 2;
/** Between the engines, for the loss and for every gradient: ‖difference‖ / ‖gradient‖. */
const allowedDifference = 1e-3;

/**
 * The same step at full size (224 × 224, width 1) on both engines: what each takes, and how far their losses and
 * gradients are apart. Weights by LSUV, soft targets, dropout: nothing is left out that a training run has.
 *
 * Of some ten million activations a few lie so near to a bend of ReLU6 that rounding decides on which side; each such
 * decision moves a gradient by what came back to that activation. So a seed may exceed the limit without a wrong
 * formula.
 */
export async function benchEngines(): Promise<Measurement[]> {
  const network = describeMobileNetV2({ widthMultiplier: 1, inputSize: 224, inputChannels: 1, classes: 4 });
  const batch = randomBatch(network);
  const weights = await initialiseByLsuv(network, batch.images, 1);
  const vector = new ParameterVector(network);
  const [onnx, tfjs] = [await OnnxEngine.create({ network }), await TfjsEngine.create({ network })];
  for (const engine of [onnx, tfjs]) vector.write(network, weights, engine.weights);
  const compiled = await measureStep(onnx, batch);
  const reference = await measureStep(tfjs, batch);
  const differences = vector.segments.map((segment) => ({
    name: segment.name,
    difference: relativeDifference(
      vector.view<ArrayBufferLike>(onnx.gradients, segment),
      vector.view(tfjs.gradients, segment),
    ),
  }));
  await Promise.all([onnx.close(), tfjs.close()]);
  const worst = differences.reduce((a, b) => (b.difference > a.difference ? b : a));
  const beyond = differences.filter(({ difference: one }) => one > allowedDifference).length;
  const lossDifference = Math.abs(compiled.result.loss / reference.result.loss - 1);
  return [
    rate('onnx step', compiled.elapsedMs, reference.elapsedMs),
    rate(`tfjs step (backend ${tfjs.backend})`, reference.elapsedMs, null),
    difference('loss, onnx against tfjs', lossDifference),
    difference(
      `gradient that differs most (${worst.name}; ${beyond} of ${differences.length} beyond the limit)`,
      worst.difference,
    ),
    difference('all gradients together', relativeDifference(onnx.gradients, tfjs.gradients)),
  ];
}

/** The second step counts: the first one warms up. */
async function measureStep(
  engine: StepEngine,
  batch: Batch,
): Promise<{ result: StepResult; elapsedMs: number }> {
  await engine.step(batch);
  const start = performance.now();
  const result = await engine.step(batch);
  return { result, elapsedMs: performance.now() - start };
}

function rate(name: string, elapsedMs: number, referenceMs: number | null): Measurement {
  return {
    name: `${name}, batch ${count}, 224 × 224`,
    value: (1000 * count) / elapsedMs,
    unit: 'images/s',
    limitName: referenceMs === null ? null : 'times the tfjs step',
    limitValue: null,
    ratio: referenceMs === null ? null : elapsedMs / referenceMs,
    peakRssMb: peakMemoryMb(),
  };
}

function difference(name: string, value: number): Measurement {
  return {
    name,
    value,
    unit: 'relative difference',
    limitName: 'at most',
    limitValue: allowedDifference,
    ratio: value / allowedDifference,
    peakRssMb: peakMemoryMb(),
  };
}

/** Grey discs in black with noise, and everything else a batch may hold. */
function randomBatch({ inputSize, classes, featureChannels }: Network): Batch {
  const random = new RandomStream(1);
  const images = Float32Array.from({ length: count * inputSize ** 2 }, (_, place) => {
    const [row, column] = [Math.floor(place / inputSize) % inputSize, place % inputSize];
    const isInside = Math.hypot(row - inputSize / 2, column - inputSize / 2) < 0.4 * inputSize;
    return isInside ? random.between(60, 200) : 0;
  });
  return {
    count,
    images,
    targets: Float32Array.from({ length: count * classes }, (_, i) =>
      i % (classes + 1) === 0 ? 0.85 : 0.05,
    ),
    sampleWeights: new Float32Array(count).fill(1 / count),
    dropout: Float32Array.from({ length: count * featureChannels }, () => (random.happens(0.2) ? 0 : 1.25)),
  };
}

function peakMemoryMb(): number {
  return process.resourceUsage().maxRSS / 1024;
}
