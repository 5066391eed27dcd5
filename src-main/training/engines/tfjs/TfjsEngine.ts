import { setImmediate } from 'node:timers/promises';
import type { Scalar, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Network } from '../../../network/mobileNetV2.ts';
import { ParameterVector, type Segment } from '../../ParameterVector.ts';
import type { Batch, StepEngine, StepResult } from '../../StepEngine.ts';
import { convolveBlock, type ParameterOf } from './convolveBlock.ts';
import { loadTensorFlow, type TensorFlow } from './loadTensorFlow.ts';

/** What the engine is to train. */
export interface TfjsEngineOptions {
  network: Network;
  /** The first block that learns; 0 trains all. */
  firstTrainedBlock?: number;
  /** Pictures per gradient. */
  pictures?: number;
}

/** Enough to keep the native library busy; plain JavaScript gains nothing from more than one, and holds less memory. */
const usualPictures = { tensorflow: 16, cpu: 1 } as const;

/**
 * The network in TensorFlow.js, with its own automatic differentiation: the reference that the compiled graph is
 * checked against, and another way to train.
 *
 * A batch falls into pieces of a few pictures, whose losses and gradients are added up in order; nothing in this
 * network ties the pictures of a batch together. In plain JavaScript the same input gives the same bits; the native
 * library does not promise that. Computing blocks this thread for one piece at a time.
 */
export class TfjsEngine implements StepEngine {
  readonly name = 'tfjs';
  readonly weights: Float32Array<ArrayBuffer>;
  readonly gradients: Float32Array<ArrayBuffer>;
  readonly #network: Network;
  readonly #firstTrainedBlock: number;
  readonly #pictures: number;
  readonly #vector: ParameterVector;
  readonly #trained: readonly Segment[];
  readonly #tensorFlow: TensorFlow;
  #isClosed = false;

  private constructor(tensorFlow: TensorFlow, options: TfjsEngineOptions) {
    const { network, firstTrainedBlock = 0, pictures = usualPictures[tensorFlow.backend] } = options;
    this.#tensorFlow = tensorFlow;
    this.#network = network;
    this.#firstTrainedBlock = firstTrainedBlock;
    this.#pictures = pictures;
    this.#vector = new ParameterVector(network);
    const frozen = new Set(
      network.blocks
        .slice(0, firstTrainedBlock)
        .flatMap(({ convolutions }) =>
          convolutions.flatMap(({ name }) => [`${name}.weight`, `${name}.bias`]),
        ),
    );
    this.#trained = this.#vector.segments.filter(({ name }) => !frozen.has(name));
    this.weights = new Float32Array(this.#vector.length);
    this.gradients = new Float32Array(this.#vector.length);
  }

  /** Loads TensorFlow.js; weights are zero until somebody writes them. */
  static async create(options: TfjsEngineOptions): Promise<TfjsEngine> {
    return new TfjsEngine(await loadTensorFlow(), options);
  }

  /** What computes: the native library (`tensorflow`) or plain JavaScript (`cpu`). */
  get backend(): TensorFlow['backend'] {
    return this.#tensorFlow.backend;
  }

  async step(batch: Batch): Promise<StepResult> {
    const logits = new Float32Array(batch.count * this.#network.classes);
    let loss = 0;
    this.gradients.fill(0);
    for await (const { first, count } of this.#pieces(batch.count)) {
      loss += this.#addPiece(
        this.#pieceOf(batch, first, count),
        logits.subarray(first * this.#network.classes),
      );
    }
    return { loss, logits };
  }

  async evaluate(images: Float32Array, count: number): Promise<Float32Array> {
    const { inputChannels, inputSize, classes } = this.#network;
    const { core } = this.#tensorFlow;
    const picture = inputChannels * inputSize ** 2;
    const logits = new Float32Array(count * classes);
    for await (const piece of this.#pieces(count)) {
      const part = images.subarray(piece.first * picture, (piece.first + piece.count) * picture);
      core.tidy(() => {
        const parameterOf = this.#parameters();
        const flow = this.#blocks(
          this.#input(part, piece.count),
          0,
          this.#network.blocks.length,
          parameterOf,
        );
        logits.set(this.#classify(core.mean(flow, [1, 2]), parameterOf).dataSync(), piece.first * classes);
      });
    }
    return logits;
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return Promise.resolve();
  }

  /** Falls into pieces, and lets the thread's other work (a pause, a message) through between them. */
  async *#pieces(count: number): AsyncGenerator<{ first: number; count: number }> {
    for (let first = 0; first < count; first += this.#pictures) {
      if (this.#isClosed) throw new Error('the engine was closed');
      yield { first, count: Math.min(this.#pictures, count - first) };
      await setImmediate();
    }
  }

  #pieceOf({ images, targets, sampleWeights, dropout }: Batch, first: number, count: number): Batch {
    const { inputChannels, inputSize, classes, featureChannels } = this.#network;
    const part = (values: Float32Array, length: number): Float32Array =>
      values.subarray(first * length, (first + count) * length);
    return {
      count,
      images: part(images, inputChannels * inputSize ** 2),
      targets: part(targets, classes),
      sampleWeights: part(sampleWeights, 1),
      dropout: part(dropout, featureChannels),
    };
  }

  /** Adds the gradients of a piece to those of the step. @returns its loss */
  #addPiece(piece: Batch, logits: Float32Array): number {
    const { core } = this.#tensorFlow;
    return core.tidy(() => {
      const all = this.#parameters();
      const still = this.#blocks(this.#input(piece.images, piece.count), 0, this.#firstTrainedBlock, all);
      const lossOf = core.valueAndGrads((...trained: Tensor[]): Scalar => {
        const byName = new Map(this.#trained.map(({ name }, index) => [name, trained[index]!]));
        return this.#loss(still, piece, (name) => byName.get(name)!, logits);
      });
      const { value, grads } = lossOf(this.#trained.map(({ name }) => all(name)));
      this.#trained.forEach((segment, index) => {
        addTo(this.#vector.view(this.gradients, segment), grads[index]!.dataSync<'float32'>());
      });
      return value.dataSync()[0]!;
    });
  }

  /** `− Σ_n s_n Σ_c t_nc · log softmax(logits_n)_c`; the logits go into an array on the way. */
  #loss(still: Tensor4D, piece: Batch, parameterOf: ParameterOf, logits: Float32Array): Scalar {
    const { core } = this.#tensorFlow;
    const { blocks, classes, featureChannels } = this.#network;
    const { count } = piece;
    const features = this.#blocks(still, this.#firstTrainedBlock, blocks.length, parameterOf);
    const dropout = core.tensor2d(piece.dropout, [count, featureChannels]);
    const scores = this.#classify(core.mul(core.mean(features, [1, 2]), dropout), parameterOf);
    logits.set(scores.dataSync());
    const targets = core.tensor2d(piece.targets, [count, classes]);
    const shares = core.tensor2d(piece.sampleWeights, [count, 1]);
    return core.neg(core.sum(core.mul(core.mul(core.logSoftmax(scores), targets), shares)));
  }

  /** Pictures as TensorFlow orders them, [picture][row][column][channel], in −1…1. */
  #input(images: Float32Array, count: number): Tensor4D {
    const { core } = this.#tensorFlow;
    const { inputChannels, inputSize } = this.#network;
    const pictures = core.tensor4d(images, [count, inputChannels, inputSize, inputSize]);
    return core.sub(core.div(core.transpose(pictures, [0, 2, 3, 1]), 127.5), 1);
  }

  #blocks(input: Tensor4D, from: number, to: number, parameterOf: ParameterOf): Tensor4D {
    return this.#network.blocks
      .slice(from, to)
      .reduce((flow, block) => convolveBlock(this.#tensorFlow.core, block, flow, parameterOf), input);
  }

  #classify(pooled: Tensor, parameterOf: ParameterOf): Tensor2D {
    const { core } = this.#tensorFlow;
    const product = core.matMul(pooled, parameterOf('classifier.weight'));
    return core.add(product, parameterOf('classifier.bias'));
  }

  /** The weights as they are now. */
  #parameters(): ParameterOf {
    const { core } = this.#tensorFlow;
    const tensors = new Map(
      this.#vector.segments.map((segment) => {
        const values = this.#vector.view(this.weights, segment);
        return [segment.name, core.tensor(values, [...segment.shape])];
      }),
    );
    return (name) => tensors.get(name)!;
  }
}

function addTo(total: Float32Array, part: Float32Array): void {
  for (let i = 0; i < total.length; i++) total[i]! += part[i]!;
}
