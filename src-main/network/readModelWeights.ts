import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import { UserError } from '../../src-shared/errors.ts';
import { fingerprintOf, graphFileName } from './loadModel.ts';
import { describeMobileNetV2, type Network, type Parameter } from './mobileNetV2.ts';
import { OnnxError, readOnnxGraph, type OnnxGraph } from './readOnnxGraph.ts';
import type { Tensor, Weights } from './weights.ts';

/** A network and its weights, as training starts from and other formats are written from. */
export interface WeightedNetwork {
  network: Network;
  weights: Weights;
}

/** What finds a model's file and describes its network. */
export type ModelFile = Pick<LoadedModel, 'name' | 'folder' | 'fingerprint' | 'card'>;

/**
 * Reads the weights of a model that `forwardGraph` wrote, float32 or float16, back into float32; both are exact.
 *
 * What a model computes cannot be told from its constants. It is taken for one of ours when its constants are the
 * network's parameters by name and shape and no others but single numbers, and its convolutions are as many as ours.
 *
 * @param model - a model folder that passed `loadModel`
 * @throws UserError 'model-damaged' when the file changed since or holds weights that are not numbers; 'invalid-input'
 * with the reason when it is another network
 */
export async function readModelWeights(model: ModelFile): Promise<WeightedNetwork> {
  const { name } = model;
  const bytes = await readFile(join(model.folder, graphFileName)).catch((cause: unknown) => {
    throw new UserError('model-not-found', { model: name }, { cause });
  });
  if (fingerprintOf(bytes) !== model.fingerprint)
    throw new UserError('model-damaged', {
      model: name,
      reason: 'model.onnx was changed while it was in use.',
    });
  try {
    const network = networkOf(model);
    const weights = weightsOf(readOnnxGraph(bytes), network);
    checkNumbers(name, weights);
    return { network, weights };
  } catch (error) {
    if (!(error instanceof OnnxError || error instanceof RangeError)) throw error;
    const reason = `The weights of “${name}” cannot be taken over: ${error.message}.`;
    throw new UserError('invalid-input', { reason }, { cause: error });
  }
}

/** The network that the card describes. @throws RangeError when there is none of this size */
export function networkOf({ card: { architecture, classes } }: Pick<LoadedModel, 'card'>): Network {
  const { widthMultiplier, inputSize } = architecture;
  return describeMobileNetV2({ widthMultiplier, inputSize, inputChannels: 1, classes: classes.length });
}

function weightsOf(graph: OnnxGraph, network: Network): Weights {
  const weights = new Map<string, Tensor>();
  const used = new Set<string>();
  for (const parameter of network.parameters) {
    const constant = constantOf(graph, parameter);
    used.add(constant);
    weights.set(parameter.name, { shape: parameter.shape, values: graph.floatInitializer(constant).values });
  }
  const convolutions = network.blocks.flatMap((block) => block.convolutions).length;
  if (graph.operators.get('Conv') !== convolutions)
    throw new OnnxError(`it has ${graph.operators.get('Conv') ?? 0} convolutions instead of ${convolutions}`);
  for (const [name, shape] of graph.floatShapes) {
    const isSingle = shape.every((length) => length === 1);
    if (!used.has(name) && !isSingle)
      throw new OnnxError(`it has a constant “${name}” that the network has not`);
  }
  return weights;
}

/** The name under which the file keeps a parameter: its own, or that of its half-precision form. */
function constantOf({ floatShapes }: OnnxGraph, { name, shape }: Parameter): string {
  const found = [name, `${name}.half`].find((candidate) => floatShapes.has(candidate));
  if (found === undefined) throw new OnnxError(`it has no constant “${name}”`);
  const foundShape = floatShapes.get(found)!;
  if (foundShape.join() !== shape.join())
    throw new OnnxError(`“${name}” should be ${shape.join(' × ')} and is ${foundShape.join(' × ')}`);
  return found;
}

function checkNumbers(model: string, weights: Weights): void {
  for (const [name, { values }] of weights) {
    if (!values.every(Number.isFinite))
      throw new UserError('model-damaged', { model, reason: `“${name}” holds values that are not numbers.` });
  }
}
