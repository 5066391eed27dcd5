import { backwardPass } from './backwardPass.ts';
import { constantInputs } from './forwardGraph.ts';
import { forwardPass } from './forwardPass.ts';
import { GraphBuilder } from './GraphBuilder.ts';
import { plainLayout } from './layout/plain.ts';
import type { Network } from './mobileNetV2.ts';
import { matrixProduct, scale, transpose } from './operators.ts';
import { checkWeights, type Weights } from './weights.ts';

/** What to explain. */
export interface GradientPlan {
  network: Network;
  weights: Weights;
  /** Pictures per run. */
  batch: number;
  /** Places to look at: `head`, `block12.expand`, `block5` (a residual block's sum), … */
  activations: readonly string[];
  /** Whether the gradient with respect to the picture is wanted too. */
  isImageWanted: boolean;
}

/** Before an activation's name, or `image`, this names the gradient with respect to it. */
export const gradientPrefix = 'gradient.';

/**
 * Compiles the gradient of a weighted sum of logits with respect to activations inside the network and to the picture,
 * for explanations that look deeper than the last maps.
 *
 *     S_n = Σ_c v_nc · logits_nc        outputs: A and ∂S/∂A for each activation A, ∂S/∂image
 *
 * Inputs are `image` and `logitWeights` v [n][classes]: 1 at a class explains its logit, 1 and −1 at two classes the
 * one against the other. Outputs are `logits`, each activation under its name, and the gradients behind `gradient.`;
 * maps are [n][channels][rows][columns].
 *
 * @throws RangeError when a weight or a named activation is missing
 */
export function gradientGraph({
  network,
  weights,
  batch,
  activations,
  isImageWanted,
}: GradientPlan): Uint8Array {
  checkWeights(network, weights);
  const { inputChannels, inputSize, featureSize, classes, blocks } = network;
  const graph = new GraphBuilder();
  const layout = plainLayout(graph);
  const image = graph.input('image', [batch, inputChannels, inputSize, inputSize]);
  const logitWeights = graph.input('logitWeights', [batch, classes]);
  const constants = constantInputs(graph, layout, weights, { precision: 'float32', isBackwardWanted: true });
  const forward = forwardPass(graph, layout, network, { image, ...constants });
  graph.output('logits', forward.logits);

  const pooledGradient = matrixProduct(
    graph,
    logitWeights,
    transpose(graph, constants.classifier.weight, [1, 0]),
  );
  const missing = new Set(activations);
  const placeOf = (name: string): number => blocks.findIndex((block) => name.split('.')[0] === block.name);
  const pictureGradient = backwardPass(
    graph,
    layout,
    forward,
    layout.meanGradient(pooledGradient, featureSize),
    {
      firstBlock: isImageWanted ? 0 : Math.max(0, Math.min(blocks.length - 1, ...activations.map(placeOf))),
      isInputWanted: isImageWanted,
      onActivation({ name, value }, gradient) {
        if (!missing.delete(name)) return;
        graph.output(name, value);
        graph.output(gradientPrefix + name, gradient);
      },
    },
  );
  if (missing.size > 0) throw new RangeError(`the network has no ${[...missing].join(', ')}`);
  // The network looks at x / 127.5 − 1.
  if (pictureGradient) graph.output(`${gradientPrefix}image`, scale(graph, pictureGradient, 1 / 127.5));
  return graph.encode();
}
