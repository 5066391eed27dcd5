import { backwardPass } from './backwardPass.ts';
import { constantInputs } from './forwardGraph.ts';
import { forwardFrom } from './forwardPass.ts';
import { GraphBuilder, type Shape } from './GraphBuilder.ts';
import { plainLayout } from './layout/plain.ts';
import type { Block, Network } from './mobileNetV2.ts';
import { matrixProduct, transpose } from './operators.ts';
import { checkWeights, type Weights } from './weights.ts';

/** The rest of a network behind one place. */
export interface TailGraph {
  bytes: Uint8Array;
  /** [1, channels, rows, columns] of the maps that it starts from. */
  mapsShape: Shape;
}

/**
 * Compiles the gradient of a weighted sum of logits by the maps at one place, from these maps on: who has them from the
 * picture's own run pays for the rest of the network only, forwards and backwards.
 *
 *     S = Σ_c v_c · logits_c        outputs: ∂S/∂A
 *
 * Inputs are `maps` A [1][channels][rows][columns], after ReLU6, and `logitWeights` v [1][classes]; the output is
 * `gradient`, shaped as A.
 *
 * @param place - a convolution that is not the last one of a block, in a block without a residual sum: `block13.expand`
 * @throws RangeError when there is no such place, or a weight is missing
 */
export function tailGradientGraph(network: Network, weights: Weights, place: string): TailGraph {
  checkWeights(network, weights);
  const { blocks, channels, size } = tailBehind(network, place);
  const graph = new GraphBuilder();
  const layout = plainLayout(graph);
  const maps = graph.input('maps', [1, channels, size, size]);
  const logitWeights = graph.input('logitWeights', [1, network.classes]);
  const constants = constantInputs(graph, layout, weights, { precision: 'float32', isBackwardWanted: true });
  const { featureChannels, featureSize } = network;
  const forward = forwardFrom(graph, layout, { blocks, featureChannels }, maps, constants);
  const pooledGradient = matrixProduct(
    graph,
    logitWeights,
    transpose(graph, constants.classifier.weight, [1, 0]),
  );
  const gradient = backwardPass(graph, layout, forward, layout.meanGradient(pooledGradient, featureSize), {
    firstBlock: 0,
    isInputWanted: true,
  });
  graph.output('gradient', gradient!);
  return { bytes: graph.encode(), mapsShape: maps.shape };
}

/** The blocks behind a place, the first without what lies before it; and the maps that they start from. */
function tailBehind({ blocks }: Network, place: string): { blocks: Block[]; channels: number; size: number } {
  for (const [index, block] of blocks.entries()) {
    const at = block.convolutions.findIndex(({ name }) => name === place);
    const rest = block.convolutions.slice(at + 1);
    if (at < 0 || block.isResidual || rest.length === 0) continue;
    const { inputChannels, inputSize } = rest[0]!;
    const tail = [{ ...block, convolutions: rest }, ...blocks.slice(index + 1)];
    return { blocks: tail, channels: inputChannels, size: inputSize };
  }
  throw new RangeError(`the network cannot be cut behind ${place}`);
}
