import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { forwardGraph } from '../../src-main/network/forwardGraph.ts';
import { forwardPass } from '../../src-main/network/forwardPass.ts';
import { GraphBuilder, sizeOf, type Value } from '../../src-main/network/GraphBuilder.ts';
import { blockedLayout } from '../../src-main/network/layout/blocked.ts';
import { plainLayout } from '../../src-main/network/layout/plain.ts';
import { describeMobileNetV2, type Network } from '../../src-main/network/mobileNetV2.ts';
import { compileTraining } from '../../src-main/network/trainingGraph.ts';
import type { Weights } from '../../src-main/network/weights.ts';
import { findBlockSize } from '../../src-main/training/engines/onnx/findBlockSize.ts';
import { OnnxEngine, usualPictures } from '../../src-main/training/engines/onnx/OnnxEngine.ts';
import { AdamW } from '../../src-main/training/optimisers/AdamW.ts';
import { ParameterVector } from '../../src-main/training/ParameterVector.ts';
import type { Batch } from '../../src-main/training/StepEngine.ts';
import type { Measurement } from './Measurement.ts';

const count = 32;
const rounds = 5;
const ratioLimit = 7;
/** The blocks up to 28 × 28 pixels, where half of the time goes. */
const frozenBlocks = 7;

/** Wall and processor time of one run. */
interface Time {
  wallMs: number;
  cpuMs: number;
}

/**
 * Measures a training step (forward, gradients, AdamW) at batch 32 and 224 × 224 against the forward of the exported
 * model on the same batch, and against a forward that takes its weights as inputs, as a step must; both with
 * onnxruntime's default threads. The candidates take turns, and each counts with its fastest round, so that a busy
 * machine disturbs the ratios little.
 */
export async function benchTraining(): Promise<Measurement[]> {
  const network = describeMobileNetV2({ widthMultiplier: 1, inputSize: 224, inputChannels: 1, classes: 4 });
  const weights = randomWeights(network);
  const batch = randomBatch(network);
  const full = await stepOf(network, weights, batch, 0);
  await full.run();
  const peakRssMb = peakMemoryMb();
  const frozen = await stepOf(network, weights, batch, frozenBlocks);
  const exported = await sessionOf(forwardGraph(network, weights, 'float32'), {
    image: imagesOf(network, batch),
  });
  const fed = await sessionOf(forwardWithInputs(network), {
    image: imagesOf(network, batch),
    ...Object.fromEntries([...weights].map(([name, { shape, values }]) => [name, new Tensor(values, shape)])),
  });
  const times = await fastest([full.run, frozen.run, exported, fed]);
  const [fullTime, frozenTime, exportedTime, fedTime] = times as [Time, Time, Time, Time];
  await Promise.all([full.close(), frozen.close()]);

  const rate = (name: string, time: Time, reference?: Time, limit: number | null = null): Measurement => ({
    name,
    value: (1000 * count) / time.wallMs,
    unit: 'images/s',
    limitName: reference
      ? `${limit ? 'at most ' : ''}times the ${reference === fedTime ? 'fed' : 'exported'} forward`
      : null,
    limitValue: limit,
    ratio: reference ? time.wallMs / reference.wallMs : null,
    peakRssMb,
  });
  const processor = (name: string, { cpuMs }: Time): Measurement => ({
    name: `${name}, processor time per image`,
    value: cpuMs / count,
    unit: 'ms',
    limitName: 'times the exported forward',
    limitValue: null,
    ratio: cpuMs / exportedTime.cpuMs,
    peakRssMb,
  });
  return [
    rate('onnx step, no layer frozen', fullTime, exportedTime, ratioLimit),
    rate('onnx step, no layer frozen', fullTime, fedTime),
    rate(`onnx step, first ${frozenBlocks} blocks frozen`, frozenTime, exportedTime),
    rate('forward, exported model', exportedTime),
    rate('forward, weights as inputs', fedTime, exportedTime),
    processor('onnx step, no layer frozen', fullTime),
    processor('forward, exported model', exportedTime),
    ...(await operatorProfile(network, weights, peakRssMb)),
  ];
}

async function stepOf(network: Network, weights: Weights, batch: Batch, firstTrainedBlock: number) {
  const engine = await OnnxEngine.create({ network, firstTrainedBlock });
  const vector = new ParameterVector(network);
  vector.write(network, weights, engine.weights);
  const optimiser = new AdamW(vector.length, [
    { offset: 0, length: vector.length, rateFactor: 1, weightDecay: 1e-4 },
  ]);
  let step = 0;
  return {
    run: async (): Promise<void> => {
      await engine.step(batch);
      optimiser.update(engine.weights, engine.gradients, ++step, 1e-4);
    },
    close: () => engine.close(),
  };
}

async function sessionOf(model: Uint8Array, inputs: Record<string, Tensor>): Promise<() => Promise<unknown>> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: availableParallelism() });
  return () => session.run(inputs, ['logits']);
}

/** The forward as a training step has to do it: the runtime cannot prepare weights that it does not know. */
function forwardWithInputs(network: Network): Uint8Array {
  const graph = new GraphBuilder();
  const layout = plainLayout(graph);
  const inputs = new Map<string, Value>(
    network.parameters.map(({ name, shape }) => [name, graph.input(name, shape)]),
  );
  const parameter = (name: string): Value => inputs.get(name)!;
  const { logits } = forwardPass(graph, layout, network, {
    image: graph.input('image', [count, 1, network.inputSize, network.inputSize]),
    filters: (one) => layout.pack(one, parameter(`${one.name}.weight`), parameter(`${one.name}.bias`), false),
    classifier: { weight: parameter('classifier.weight'), bias: parameter('classifier.bias') },
  });
  graph.output('logits', logits);
  return graph.encode();
}

async function fastest(candidates: readonly (() => Promise<unknown>)[]): Promise<Time[]> {
  const best = candidates.map((): Time => ({ wallMs: Infinity, cpuMs: Infinity }));
  for (let round = 0; round <= rounds; round++) {
    for (const [index, run] of candidates.entries()) {
      const start = performance.now();
      const cpuStart = process.cpuUsage();
      await run();
      const { user, system } = process.cpuUsage(cpuStart);
      // The first round warms up.
      if (round === 0) continue;
      const time = best[index]!;
      time.wallMs = Math.min(time.wallMs, performance.now() - start);
      time.cpuMs = Math.min(time.cpuMs, (user + system) / 1000);
    }
  }
  return best;
}

/** Time per image and operator of the step's graph, on one thread, by onnxruntime's own profiler. */
async function operatorProfile(
  network: Network,
  weights: Weights,
  peakRssMb: number,
): Promise<Measurement[]> {
  const block = await findBlockSize();
  const layoutOf = block ? blockedLayout(block) : plainLayout;
  const graphs = compileTraining({ network, layoutOf, batch: usualPictures, firstTrainedBlock: 0 });
  const packing = await InferenceSession.create(graphs.packing);
  const filters = await packing.run(
    Object.fromEntries([...weights].map(([name, { shape, values }]) => [name, new Tensor(values, shape)])),
  );
  const folder = await mkdtemp(join(tmpdir(), 'bratum-bench-'));
  try {
    const step = await InferenceSession.create(graphs.step, {
      intraOpNumThreads: 1,
      enableProfiling: true,
      profileFilePrefix: join(folder, 'profile'),
    });
    const { images, targets, sampleWeights, dropout } = randomBatch(network);
    const first = (values: Float32Array, row: readonly number[]): Tensor =>
      new Tensor(values.subarray(0, usualPictures * sizeOf(row)), [usualPictures, ...row]);
    const inputs = {
      ...filters,
      image: first(images, [1, network.inputSize, network.inputSize]),
      targets: first(targets, [network.classes]),
      sampleWeights: first(sampleWeights, [1]),
      dropout: first(dropout, [network.featureChannels]),
    };
    for (let round = 0; round < rounds; round++) await step.run(inputs);
    step.endProfiling();
    const [file] = await readdir(folder);
    return operatorTimes(await readFile(join(folder, file!), 'utf8'), peakRssMb);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Each node counts with its fastest run. */
function operatorTimes(profile: string, peakRssMb: number): Measurement[] {
  const events = JSON.parse(profile) as {
    cat: string;
    name: string;
    dur: number;
    args: { op_name?: string };
  }[];
  const nodes = new Map<string, { operator: string; microseconds: number }>();
  for (const { cat, name, dur, args } of events) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time')) continue;
    const microseconds = Math.min(nodes.get(name)?.microseconds ?? Infinity, dur);
    nodes.set(name, { operator: args.op_name ?? '', microseconds });
  }
  const times = Map.groupBy(nodes.values(), ({ operator }) => operator);
  const totals = [...times].map(([operator, all]) => {
    return {
      operator,
      ms: all.reduce((sum, { microseconds }) => sum + microseconds, 0) / 1000 / usualPictures,
    };
  });
  const total = totals.reduce((sum, { ms }) => sum + ms, 0);
  return totals
    .filter(({ ms }) => ms > 0.005 * total)
    .sort((a, b) => b.ms - a.ms)
    .map(({ operator, ms }) => ({
      name: `operator ${operator}, per image`,
      value: ms,
      unit: 'ms',
      limitName: 'share of all operators',
      limitValue: null,
      ratio: ms / total,
      peakRssMb,
    }));
}

function randomWeights({ parameters }: Network): Weights {
  return new Map(
    parameters.map(({ name, shape }) => {
      const fanIn = shape.length === 4 ? sizeOf(shape.slice(1)) : 1280;
      const spread = shape.length === 1 ? 0 : Math.sqrt(6 / fanIn);
      const values = Float32Array.from({ length: sizeOf(shape) }, () => spread * (2 * Math.random() - 1));
      return [name, { shape, values }];
    }),
  );
}

function randomBatch({ inputSize, classes, featureChannels }: Network): Batch {
  return {
    count,
    images: Float32Array.from({ length: count * inputSize ** 2 }, () => 255 * Math.random()),
    targets: Float32Array.from({ length: count * classes }, (_, i) => Number(i % classes === 0)),
    sampleWeights: new Float32Array(count).fill(1 / count),
    dropout: new Float32Array(count * featureChannels).fill(1),
  };
}

function imagesOf({ inputSize }: Network, { images }: Batch): Tensor {
  return new Tensor(images, [count, 1, inputSize, inputSize]);
}

function peakMemoryMb(): number {
  return process.resourceUsage().maxRSS / 1024;
}
