import type { GraphBuilder, Value } from './GraphBuilder.ts';
import type { Filters, Layout } from './layout/Layout.ts';
import type { Block, Convolution, Network } from './mobileNetV2.ts';
import { add, matrixProduct, meanOver, multiply, scale, subtract } from './operators.ts';

/** The linear classifier: weight [features][classes] and bias [classes]. */
export interface Classifier {
  weight: Value;
  bias: Value;
}

/** One convolution as it was computed; reverse mode needs its input and output. */
export interface ConvolutionRecord {
  convolution: Convolution;
  filters: Filters;
  input: Value;
  output: Value;
}

/** One block as it was computed. */
export interface BlockRecord {
  block: Block;
  convolutions: ConvolutionRecord[];
  /** With the block's input added where it is residual. */
  output: Value;
}

/** Everything on the way from picture to logits. */
export interface ForwardPass {
  blocks: BlockRecord[];
  /** The last maps after ReLU6, [n][features][rows][columns], plain. */
  features: Value;
  /** The maps' means after dropout, [n][features]: what the classifier multiplies. */
  pooled: Value;
  /** [n][classes] */
  logits: Value;
}

/** What the network computes with. */
export interface ForwardInputs {
  /** Grey values (or red, green, blue) 0…255, [n][channels][rows][columns]. */
  image: Value;
  filters: (convolution: Convolution) => Filters;
  classifier: Classifier;
  /** Factors on the pooled features, [n][features]: 0 or 1 / (1 − rate). None when not training. */
  dropout?: Value;
}

/**
 * Adds the network to a graph: pixels to [−1, 1] by `x / 127.5 − 1`, stem, inverted residual blocks, head, mean over
 * each map, dropout, linear classifier (Sandler et al., CVPR 2018, table 2).
 */
export function forwardPass(
  graph: GraphBuilder,
  layout: Layout,
  network: Network,
  { image, ...parameters }: ForwardInputs,
): ForwardPass {
  const pixels = subtract(graph, scale(graph, image, 1 / 127.5), graph.constant([1], []));
  return forwardFrom(graph, layout, network, pixels, parameters);
}

/** Adds the given blocks and what follows the last of them, starting from the first one's input. */
export function forwardFrom(
  graph: GraphBuilder,
  layout: Layout,
  network: Pick<Network, 'blocks' | 'featureChannels'>,
  input: Value,
  { filters, classifier, dropout }: Omit<ForwardInputs, 'image'>,
): ForwardPass {
  const blocks: BlockRecord[] = [];
  let flow = input;
  for (const block of network.blocks) {
    const record = forwardBlock(graph, layout, block, flow, filters);
    blocks.push(record);
    flow = record.output;
  }
  const features = layout.toPlain(flow, network.featureChannels);
  const mean = meanOver(graph, features, [2, 3]);
  const pooled = dropout ? multiply(graph, mean, dropout) : mean;
  const logits = add(graph, matrixProduct(graph, pooled, classifier.weight), classifier.bias);
  return { blocks, features, pooled, logits };
}

function forwardBlock(
  graph: GraphBuilder,
  layout: Layout,
  block: Block,
  blockInput: Value,
  filtersOf: (convolution: Convolution) => Filters,
): BlockRecord {
  let flow = blockInput;
  const convolutions = block.convolutions.map((convolution) => {
    const filters = filtersOf(convolution);
    const input = flow;
    flow = layout.convolve(convolution, input, filters);
    return { convolution, filters, input, output: flow };
  });
  return { block, convolutions, output: block.isResidual ? add(graph, flow, blockInput) : flow };
}
