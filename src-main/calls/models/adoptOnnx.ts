import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportWords } from '../../../src-shared/contract/modelCalls.ts';
import type { InferencePort, LoadedModel } from '../../../src-shared/domain/inference.ts';
import { tumourClasses } from '../../../src-shared/domain/tumourClass.ts';
import type { ModelCard } from '../../../src-shared/domain/modelCard.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { fingerprintOf, graphFileName } from '../../network/loadModel.ts';
import { goldenInputs } from '../../inference/goldenInputs.ts';
import { wrapForeignGraph, type ForeignLayout } from '../../network/wrapForeignGraph.ts';
import { graphOf } from './inspectModelSource.ts';

/** The part of a card that says how the wrapped graph is fed and read. */
type GraphCard = Pick<ModelCard, 'architecture' | 'input' | 'outputs' | 'classifier' | 'fingerprint'>;

/**
 * Puts a foreign ONNX file into our layout without changing what it computes: grey values of 0…255 in, logits in our order
 * of classes out, with nodes before and behind it.
 *
 * Such a file tells nobody where its last maps are. Its logits stand in for them as one cell each, and the classifier is
 * the identity: exact, and it says nothing of where, which is why a map of a single cell is shown as no heatmap.
 *
 * @param columns - where each class of ours stands among its outputs
 * @param folder - for a trial run
 * @throws UserError 'model-refused' with the reason
 */
export async function adoptOnnx(
  path: string,
  file: string,
  words: NonNullable<ImportWords['onnx']>,
  columns: readonly number[],
  inference: InferencePort,
  folder: string,
): Promise<{ graph: Uint8Array; card: GraphCard }> {
  const refuse = (reason: string): never => {
    throw new UserError('model-refused', { file, reason });
  };
  const { inputs, outputs } = await graphOf(path, file);
  const input = inputs.find(({ name }) => name === words.input);
  if (input === undefined || inputs.length !== 1)
    return refuse(`It must have one input, and has ${inputs.map(({ name }) => `“${name}”`).join(', ')}.`);
  if (!input.isFloat32) refuse('Its input is not float32.');
  if (!outputs.some(({ name }) => name === words.output)) refuse(`It has no output “${words.output}”.`);
  const layout =
    layoutOf(input.shape) ??
    refuse(
      `Its input has the shape ${input.shape.join(' × ')}; a square picture of 32 to 1024 pixels with 1 or 3 channels is needed.`,
    );
  const graph = wrapForeignGraph(await readFile(path), { ...words, layout, columns });
  const card: GraphCard = {
    architecture: { name: 'foreign', widthMultiplier: 1, inputSize: layout.side },
    input: { name: 'bratum_image' },
    outputs: {
      logits: 'bratum_logits',
      features: { name: 'bratum_features', channels: columns.length, rows: 1, columns: 1 },
    },
    classifier: { weight: 'bratum_classifier', layout: 'classes×features' },
    fingerprint: fingerprintOf(graph),
  };
  await writeFile(join(folder, graphFileName), graph);
  await tryOnce(card, columns.length, folder, inference, refuse);
  return { graph, card };
}

/** Which axes of an input are which; null where it is no picture that we can give. */
function layoutOf(shape: readonly (number | string)[]): ForeignLayout | null {
  const [, a, b, c] = shape;
  if (shape.length !== 4) return null;
  const isSide = (size: number | string | undefined): size is number =>
    typeof size === 'number' && size >= 32 && size <= 1024;
  const isChannels = (size: number | string | undefined): size is 1 | 3 => size === 1 || size === 3;
  if (isChannels(a) && isSide(b) && b === c) return { channels: a, side: b, isChannelsLast: false };
  if (isChannels(c) && isSide(a) && a === b) return { channels: c, side: a, isChannelsLast: true };
  return null;
}

/** A first run tells whether onnxruntime takes it at all, and how many numbers it gives. */
async function tryOnce(
  graphCard: GraphCard,
  classCount: number,
  folder: string,
  inference: InferencePort,
  refuse: (reason: string) => never,
): Promise<void> {
  const card = { ...graphCard, classes: tumourClasses.slice(0, classCount) } as unknown as ModelCard;
  const model = { name: 'imported', folder, card, fingerprint: graphCard.fingerprint } as LoadedModel;
  const inputs = goldenInputs(1, graphCard.architecture.inputSize);
  try {
    const { logits } = await inference.run({
      model,
      provider: 'cpu',
      inputs,
      count: 1,
      wantsFeatures: false,
    });
    if (logits.length !== classCount) refuse(`It gives ${logits.length} numbers for ${classCount} classes.`);
  } catch (error) {
    if (!(error instanceof UserError) || error.code === 'model-refused') throw error;
    refuse(`It cannot be run: ${String(error.detail['reason'] ?? error.code)}`);
  }
}
