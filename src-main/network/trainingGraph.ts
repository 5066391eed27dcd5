import { backwardPass } from './backwardPass.ts';
import { type Classifier, type ForwardPass, forwardPass } from './forwardPass.ts';
import { GraphBuilder, type Value } from './GraphBuilder.ts';
import type { Filters, Layout, LayoutOf } from './layout/Layout.ts';
import type { Convolution, Network, Parameter } from './mobileNetV2.ts';
import {
  exponential,
  logSoftmax,
  matrixProduct,
  multiply,
  reshape,
  scale,
  subtract,
  sumOver,
  transpose,
  transposedProduct,
} from './operators.ts';

/** What to compile. */
export interface TrainingPlan {
  network: Network;
  layoutOf: LayoutOf;
  /** Pictures per run. */
  batch: number;
  /** The first block that learns (0 is the stem): the parameters before it are frozen and get no gradient. */
  firstTrainedBlock: number;
}

/**
 * A training step as three ONNX graphs. Weights are turned into a layout's filters once per step (`packing`), however
 * many small batches the step is computed in (`step`); `evaluation` runs on the same filters.
 */
export interface TrainingGraphs {
  /** Inputs: every parameter by its name. Outputs: the filters, under the names by which the others take them. */
  packing: Uint8Array;
  /** Shapes of the filters, by name. */
  filters: ReadonlyMap<string, readonly number[]>;
  /** Those of the filters that the evaluation takes. */
  evaluationFilters: readonly string[];
  /**
   * Inputs: the filters, `image` [n][1][size][size] (0…255), `targets` [n][classes] (each row sums to 1),
   * `sampleWeights` [n][1] and `dropout` [n][features] (0 or 1 / (1 − rate)). Outputs: `loss` [], `logits` [n][classes]
   * and the gradient of every trained parameter, `gradient.` before its name.
   */
  step: Uint8Array;
  /** The parameters that learn, in the network's order. */
  trained: readonly Parameter[];
  /** Shapes of their gradients: the numbers lie in the parameter's order, axes of length 1 may be missing. */
  gradientShapes: ReadonlyMap<string, readonly number[]>;
  /** Inputs: its filters and `image`. Output: `logits`. */
  evaluation: Uint8Array;
}

/** Before a parameter's name, this names its gradient among the outputs of the step. */
export const gradientPrefix = 'gradient.';

/**
 * Compiles one step of training: forward, loss, and the gradient of every parameter.
 *
 *     L = − Σ_n s_n Σ_c t_nc · log softmax(logits_n)_c
 *
 * `t` are the targets, `s` the sample weights; with weights that sum to 1 over all small batches of a step, the sums of
 * their losses and gradients are exactly those of the whole batch, for nothing in this network (no batch
 * normalisation) ties the pictures of a batch together. A picture of weight 0 fills up a partial batch.
 */
export function compileTraining(plan: TrainingPlan): TrainingGraphs {
  const { network, layoutOf, batch, firstTrainedBlock } = plan;
  const packing = new Packing(network, layoutOf, firstTrainedBlock);
  const step = new GraphBuilder();
  const gradients = stepGraph(step, layoutOf(step), plan, packing.feed(step, 'all'));
  const trained = network.parameters.filter(({ name }) => gradients.has(name));
  for (const { name } of trained) step.output(gradientPrefix + name, gradients.get(name)!);

  const evaluation = new GraphBuilder();
  const evaluationFeed = packing.feed(evaluation, 'forward');
  const image = imageInput(evaluation, network, batch);
  evaluation.output(
    'logits',
    forwardPass(evaluation, layoutOf(evaluation), network, { image, ...evaluationFeed }).logits,
  );
  return {
    packing: packing.encode(),
    filters: packing.filters,
    evaluationFilters: evaluationFeed.names,
    step: step.encode(),
    trained,
    gradientShapes: new Map([...gradients].map(([name, { shape }]) => [name, shape])),
    evaluation: evaluation.encode(),
  };
}

function imageInput(graph: GraphBuilder, { inputChannels, inputSize }: Network, batch: number): Value {
  return graph.input('image', [batch, inputChannels, inputSize, inputSize]);
}

/** Adds forward and backward; returns the gradients by parameter. */
function stepGraph(
  graph: GraphBuilder,
  layout: Layout,
  { network, batch, firstTrainedBlock }: TrainingPlan,
  { filters, classifier }: Feed,
): Map<string, Value> {
  const { featureChannels, featureSize, classes } = network;
  const image = imageInput(graph, network, batch);
  const targets = graph.input('targets', [batch, classes]);
  const sampleWeights = graph.input('sampleWeights', [batch, 1]);
  const dropout = graph.input('dropout', [batch, featureChannels]);
  const forward = forwardPass(graph, layout, network, { image, filters, classifier, dropout });
  const logitGradient = addLoss(graph, forward, targets, sampleWeights);
  graph.output('logits', forward.logits);

  const gradients = new Map<string, Value>();
  gradients.set('classifier.weight', transposedProduct(graph, forward.pooled, logitGradient));
  gradients.set('classifier.bias', sumOver(graph, logitGradient, [0]));
  const pooledGradient = matrixProduct(graph, logitGradient, transpose(graph, classifier.weight, [1, 0]));
  const meanGradient = multiply(graph, pooledGradient, dropout);
  backwardPass(graph, layout, forward, layout.meanGradient(meanGradient, featureSize), {
    firstBlock: firstTrainedBlock,
    onParameters({ name }, weightGradient, biasGradient) {
      gradients.set(`${name}.weight`, weightGradient);
      gradients.set(`${name}.bias`, biasGradient);
    },
  });
  return gradients;
}

/**
 * Adds the loss, and returns its gradient, which cross-entropy after softmax makes simple (targets that sum to 1):
 *
 *     dlogits_nc = s_n · (softmax(logits_n)_c − t_nc)
 */
function addLoss(graph: GraphBuilder, { logits }: ForwardPass, targets: Value, sampleWeights: Value): Value {
  const logProbabilities = logSoftmax(graph, logits);
  const perSample = reshape(
    graph,
    sumOver(graph, multiply(graph, logProbabilities, targets), [1]),
    sampleWeights.shape,
  );
  const weighted = sumOver(graph, multiply(graph, perSample, sampleWeights), [0, 1]);
  graph.output('loss', scale(graph, weighted, -1));
  return multiply(graph, subtract(graph, exponential(graph, logProbabilities), targets), sampleWeights);
}

/** What a packed graph computes with, as its inputs. */
interface Feed {
  filters: (convolution: Convolution) => Filters;
  classifier: Classifier;
  names: string[];
}

/** The graph that turns parameters into filters, and the inputs of the graphs that take them. */
class Packing {
  readonly filters = new Map<string, readonly number[]>();
  readonly #graph = new GraphBuilder();
  readonly #classifier: Classifier;
  readonly #packed = new Map<Convolution, Filters>();

  constructor({ blocks, parameters }: Network, layoutOf: LayoutOf, firstTrainedBlock: number) {
    const inputs = new Map(parameters.map(({ name, shape }) => [name, this.#graph.input(name, shape)]));
    const parameter = (name: string): Value => inputs.get(name)!;
    const layout = layoutOf(this.#graph);
    blocks.forEach(({ convolutions }, index) => {
      convolutions.forEach((convolution, place) => {
        const isBackwardWanted = index > firstTrainedBlock || (index === firstTrainedBlock && place > 0);
        const [weight, bias] = [
          parameter(`${convolution.name}.weight`),
          parameter(`${convolution.name}.bias`),
        ];
        const packed = layout.pack(convolution, weight, bias, isBackwardWanted);
        this.#packed.set(convolution, {
          forward: this.#named(`${convolution.name}.forward`, packed.forward),
          bias: this.#named(`${convolution.name}.offset`, packed.bias),
          backward: packed.backward.map((v, phase) => this.#named(`${convolution.name}.backward${phase}`, v)),
        });
      });
    });
    this.#classifier = {
      weight: this.#named('classifier.forward', parameter('classifier.weight')),
      bias: this.#named('classifier.offset', parameter('classifier.bias')),
    };
  }

  /** Declares the filters (`forward`: without those of the backward pass) as inputs of a graph. */
  feed(graph: GraphBuilder, which: 'all' | 'forward'): Feed {
    const names: string[] = [];
    const declare = ({ name, shape }: Value): Value => {
      names.push(name);
      return graph.input(name, shape);
    };
    const declared = new Map(
      [...this.#packed].map(([convolution, { forward, bias, backward }]) => [
        convolution,
        {
          forward: declare(forward),
          bias: declare(bias),
          backward: which === 'all' ? backward.map(declare) : [],
        },
      ]),
    );
    const classifier = { weight: declare(this.#classifier.weight), bias: declare(this.#classifier.bias) };
    return { filters: (convolution) => declared.get(convolution)!, classifier, names };
  }

  encode(): Uint8Array {
    return this.#graph.encode();
  }

  #named(name: string, { shape, ...value }: Value): Value {
    this.#graph.output(name, { shape, ...value });
    this.filters.set(name, shape);
    return { name, shape };
  }
}
