import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ProviderName } from '../../../../src-shared/domain/analysis.ts';
import { sizeOf } from '../../../network/GraphBuilder.ts';
import { gradientPrefix } from '../../../network/trainingGraph.ts';
import { loadRuntime } from '../../../runtime/loadRuntime.ts';
import type { SharedBatch, SharedNumbers, WorkerOrder, WorkerSetup } from './shares.ts';

// Only worker threads import this file; whoever starts one has loaded the runtime before.
const runtime = await loadRuntime();

type Tensors = Record<string, Tensor>;

/**
 * Runs the compiled graphs on pieces of a batch, a few pictures at a time, so that a piece's maps stay in the
 * processor's cache and memory does not grow with the batch.
 *
 * Each runner has one thread, takes its pieces in a fixed order and adds up their gradients in that order: the same
 * weights, batch and number of runners give the same bits.
 */
export class PieceRunner {
  readonly #setup: WorkerSetup;
  readonly #packing: InferenceSession;
  readonly #step: InferenceSession;
  readonly #evaluation: InferenceSession;
  readonly #parameters: Tensors;
  readonly #filters: Tensors;
  /** Gradients of one piece; the tensors by which the runtime writes them are views of it. */
  readonly #found: Float32Array<ArrayBuffer>;
  readonly #outputs: Tensors;
  readonly #trainedFrom: number;

  private constructor(setup: WorkerSetup, sessions: [InferenceSession, InferenceSession, InferenceSession]) {
    this.#setup = setup;
    [this.#packing, this.#step, this.#evaluation] = sessions;
    const { graphs, segments, weights, pictures, classes } = setup;
    this.#parameters = Object.fromEntries(
      segments.map(({ name, shape, offset, length }) => {
        return [name, new runtime.Tensor('float32', weights.subarray(offset, offset + length), shape)];
      }),
    );
    this.#filters = Object.fromEntries([...graphs.filters].map(([name, shape]) => [name, zeros(shape)]));
    const trained = new Set(graphs.trained.map(({ name }) => name));
    const trainedSegments = segments.filter(({ name }) => trained.has(name));
    this.#trainedFrom = trainedSegments[0]!.offset;
    this.#found = new Float32Array(weights.length - this.#trainedFrom);
    const gradientOf = ({ name, offset, length }: (typeof segments)[number]): [string, Tensor] => {
      const place = offset - this.#trainedFrom;
      const shape = graphs.gradientShapes.get(name)!;
      return [
        gradientPrefix + name,
        new runtime.Tensor('float32', this.#found.subarray(place, place + length), shape),
      ];
    };
    this.#outputs = {
      ...Object.fromEntries(trainedSegments.map(gradientOf)),
      loss: zeros([]),
      logits: zeros([pictures, classes]),
    };
  }

  /** Loads the graphs. */
  static async create(setup: WorkerSetup): Promise<PieceRunner> {
    const { provider, graphs } = setup;
    const { packing, step, evaluation } = graphs;
    return new PieceRunner(setup, [
      await open(packing, provider),
      await open(step, provider),
      await open(evaluation, provider),
    ]);
  }

  /**
   * Carries out an order; logits (and, for a step, the sum of gradients) go to shared memory.
   *
   * @returns the sum of the losses; 0 for an evaluation
   */
  async run({ kind, batch, first, stride }: WorkerOrder): Promise<number> {
    await this.#packing.run(this.#parameters, this.#filters);
    const { pictures, gradients } = this.#setup;
    if (kind === 'step') gradients.fill(0);
    let loss = 0;
    for (let piece = first; piece * pictures < batch.count; piece += stride) {
      loss += kind === 'step' ? await this.#runStep(batch, piece) : await this.#runEvaluation(batch, piece);
    }
    return loss;
  }

  async #runStep(batch: SharedBatch, piece: number): Promise<number> {
    const { pictureShape, classes, features, gradients } = this.#setup;
    const inputs = {
      ...this.#filters,
      image: this.#input(batch.images, piece, batch.count, pictureShape),
      targets: this.#input(batch.targets, piece, batch.count, [classes]),
      sampleWeights: this.#input(batch.sampleWeights, piece, batch.count, [1]),
      dropout: this.#input(batch.dropout, piece, batch.count, [features]),
    };
    await this.#step.run(inputs, this.#outputs);
    addTo(gradients.subarray(this.#trainedFrom), this.#found);
    this.#keepLogits(batch, piece);
    return (this.#outputs['loss']!.data as Float32Array)[0]!;
  }

  async #runEvaluation(batch: SharedBatch, piece: number): Promise<number> {
    const { pictureShape, graphs } = this.#setup;
    const filters = Object.fromEntries(graphs.evaluationFilters.map((name) => [name, this.#filters[name]!]));
    const image = this.#input(batch.images, piece, batch.count, pictureShape);
    await this.#evaluation.run({ ...filters, image }, { logits: this.#outputs['logits']! });
    this.#keepLogits(batch, piece);
    return 0;
  }

  #keepLogits({ count, logits }: SharedBatch, piece: number): void {
    const { pictures, classes } = this.#setup;
    const found = this.#outputs['logits']!.data as Float32Array;
    const first = piece * pictures;
    logits.set(found.subarray(0, Math.min(pictures, count - first) * classes), first * classes);
  }

  /** A piece's rows; where the batch ends inside the piece, zeros fill it up (weight 0: they teach nothing). */
  #input(values: SharedNumbers, piece: number, count: number, rowShape: readonly number[]): Tensor {
    const { pictures } = this.#setup;
    const row = sizeOf(rowShape);
    const [first, end] = [piece * pictures, Math.min(count, (piece + 1) * pictures)];
    let rows: Float32Array = values.subarray(first * row, end * row);
    if (end - first < pictures) {
      const whole = new Float32Array(pictures * row);
      whole.set(rows);
      rows = whole;
    }
    return new runtime.Tensor('float32', rows, [pictures, ...rowShape]);
  }
}

function open(graph: Uint8Array, provider: ProviderName): Promise<InferenceSession> {
  return runtime.InferenceSession.create(graph, {
    executionProviders: [provider],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    logSeverityLevel: 3,
  });
}

function zeros(shape: readonly number[]): Tensor {
  return new runtime.Tensor('float32', new Float32Array(sizeOf(shape)), shape);
}

function addTo(sum: Float32Array, values: Float32Array): void {
  for (let i = 0; i < values.length; i++) sum[i] = sum[i]! + values[i]!;
}
