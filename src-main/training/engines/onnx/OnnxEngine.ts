import { availableParallelism } from 'node:os';
import type { ProviderName } from '../../../../src-shared/domain/analysis.ts';
import type { Network } from '../../../network/mobileNetV2.ts';
import { blockedLayout } from '../../../network/layout/blocked.ts';
import { plainLayout } from '../../../network/layout/plain.ts';
import { compileTraining } from '../../../network/trainingGraph.ts';
import { ParameterVector } from '../../ParameterVector.ts';
import type { Batch, StepEngine, StepResult } from '../../StepEngine.ts';
import { findBlockSize } from './findBlockSize.ts';
import { type SharedBatch, type SharedNumbers, sharedNumbers, type WorkerOrder } from './shares.ts';
import { WorkerThread } from './WorkerThread.ts';

/** What the engine is to train, and with how much of the machine. */
export interface OnnxEngineOptions {
  network: Network;
  /** The first block that learns; 0 trains all. */
  firstTrainedBlock?: number;
  /** What of onnxruntime computes; the processor if not said. Whoever names another has probed it (`probeStep`). */
  provider?: ProviderName;
  /**
   * As many workers as the machine has processors, if not said; one for an accelerator. The number decides the last
   * bits of a result.
   */
  workers?: number;
  /** Pictures per run of the graph. */
  pictures?: number;
}

/** Large enough to spread the fixed costs of a run, small enough for the cache: measured, see docs/benchmarks.md. */
export const usualPictures = 2;

/** An accelerator wants much to do at once, and has memory of its own. */
const acceleratorPictures = 16;

/**
 * The compiled training graph on onnxruntime, usually on its processor kernels.
 *
 * A batch falls into pieces of a few pictures, which worker threads take in turn, one runtime thread each: no time is
 * lost in waiting for each other within an operator, and sums are made in a fixed order.
 */
export class OnnxEngine implements StepEngine {
  readonly name = 'onnx';
  readonly weights: SharedNumbers;
  readonly gradients: SharedNumbers;
  readonly #network: Network;
  readonly #workers: readonly WorkerThread[];
  readonly #partialSums: readonly SharedNumbers[];
  #batch: SharedBatch | undefined;

  private constructor(
    network: Network,
    weights: SharedNumbers,
    workers: readonly WorkerThread[],
    partialSums: readonly SharedNumbers[],
  ) {
    this.#network = network;
    this.weights = weights;
    this.gradients = sharedNumbers(weights.length);
    this.#workers = workers;
    this.#partialSums = partialSums;
  }

  /**
   * Compiles the graphs for this machine and starts the workers; weights are zero until somebody writes them.
   *
   * @throws UserError 'component-missing' where there is no onnxruntime
   */
  static async create(options: OnnxEngineOptions): Promise<OnnxEngine> {
    const { network, firstTrainedBlock = 0, provider = 'cpu' } = options;
    const isProcessor = provider === 'cpu';
    const workers = isProcessor ? (options.workers ?? availableParallelism()) : 1;
    const pictures = options.pictures ?? (isProcessor ? usualPictures : acceleratorPictures);
    // The blocked operators exist for the processor only.
    const block = isProcessor ? await findBlockSize() : undefined;
    const layoutOf = block ? blockedLayout(block) : plainLayout;
    const graphs = compileTraining({ network, layoutOf, batch: pictures, firstTrainedBlock });
    const vector = new ParameterVector(network);
    const weights = sharedNumbers(vector.length);
    const { inputChannels, inputSize, classes, featureChannels } = network;
    const partialSums = Array.from({ length: workers }, () => sharedNumbers(vector.length));
    const threads = await Promise.all(
      partialSums.map((gradients) => {
        return WorkerThread.start({
          graphs,
          provider,
          pictures,
          pictureShape: [inputChannels, inputSize, inputSize],
          classes,
          features: featureChannels,
          segments: vector.segments,
          weights,
          gradients,
        });
      }),
    );
    return new OnnxEngine(network, weights, threads, partialSums);
  }

  async step(batch: Batch): Promise<StepResult> {
    const shared = this.#share(batch.count);
    for (const name of ['images', 'targets', 'sampleWeights', 'dropout'] as const)
      shared[name].set(batch[name]);
    const losses = await this.#runAll('step', shared);
    sum(this.gradients, this.#partialSums);
    return { loss: losses.reduce((total, loss) => total + loss, 0), logits: this.#logits(shared) };
  }

  async evaluate(images: Float32Array, count: number): Promise<Float32Array> {
    const shared = this.#share(count);
    shared.images.set(images);
    await this.#runAll('evaluate', shared);
    return this.#logits(shared);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop()));
  }

  #runAll(kind: WorkerOrder['kind'], batch: SharedBatch): Promise<number[]> {
    const stride = this.#workers.length;
    return Promise.all(this.#workers.map((worker, first) => worker.run({ kind, batch, first, stride })));
  }

  #logits({ count, logits }: SharedBatch): Float32Array {
    return Float32Array.from(logits.subarray(0, count * this.#network.classes));
  }

  /** Shared memory for so many pictures, kept from batch to batch. */
  #share(count: number): SharedBatch {
    const { inputChannels, inputSize, classes, featureChannels } = this.#network;
    const capacity = this.#batch ? this.#batch.sampleWeights.length : 0;
    if (this.#batch && count <= capacity) return (this.#batch = { ...this.#batch, count });
    this.#batch = {
      count,
      images: sharedNumbers(count * inputChannels * inputSize ** 2),
      targets: sharedNumbers(count * classes),
      sampleWeights: sharedNumbers(count),
      dropout: sharedNumbers(count * featureChannels),
      logits: sharedNumbers(count * classes),
    };
    return this.#batch;
  }
}

/** `total = parts[0] + parts[1] + …`, always in this order. */
function sum(total: Float32Array, parts: readonly Float32Array[]): void {
  const [first, ...others] = parts;
  total.set(first!);
  for (const part of others) for (let i = 0; i < total.length; i++) total[i] = total[i]! + part[i]!;
}
