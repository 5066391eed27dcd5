import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LoadedModel } from '../../../src-shared/domain/inference.ts';
import type { ModelCard } from '../../../src-shared/domain/modelCard.ts';
import type { EpochRecord } from '../../../src-shared/domain/trainingRun.ts';
import { forwardGraph, type WeightPrecision } from '../../network/forwardGraph.ts';
import {
  cardFileName,
  fingerprintOf,
  graphFileName,
  historyFileName,
  loadModel,
  trainingImagesFileName,
} from '../../network/loadModel.ts';
import type { Network } from '../../network/mobileNetV2.ts';
import type { WeightedNetwork } from '../../network/readModelWeights.ts';
import { replaceFolder } from '../../storage/replaceFolder.ts';

/** What is known of a model beyond its network and weights. */
export type CardWords = Omit<
  ModelCard,
  'schemaVersion' | 'architecture' | 'input' | 'outputs' | 'classifier' | 'fingerprint'
>;

/** All that a model folder is made of. */
export interface ModelContent extends WeightedNetwork {
  precision: WeightPrecision;
  card: CardWords;
  /** SHA-256 of the files that it was trained on, lower-case hex, one a line. */
  trainingImages: string;
  /** The epochs of its run; left out where there was none. */
  history?: readonly EpochRecord[];
}

/**
 * Writes a model folder that `loadModel` accepts: `model.onnx`, `card.json`, `training-images.txt` and, of a run,
 * `history.json`, whole or not at all (`replaceFolder` says how). The new folder is loaded before it takes the old one's place.
 *
 * @param folder - absolute; what is in it is lost
 * @returns the model as it was loaded back
 * @throws UserError 'disk-full', 'folder-unwritable'; RangeError when the weights do not fit the network, the classes do
 * not fit the card, or a weight is beyond float16 where that is asked for
 */
export async function writeModelFolder(folder: string, content: ModelContent): Promise<LoadedModel> {
  const { network, weights, precision, card, trainingImages, history } = content;
  if (network.inputChannels !== 1) throw new RangeError('a model of ours takes grey pictures');
  if (card.classes.length !== network.classes) throw new RangeError('the card has other classes');
  const graph = forwardGraph(network, weights, precision);
  const whole: ModelCard = { ...card, ...cardOf(network), fingerprint: fingerprintOf(graph) };
  let written: LoadedModel | undefined;
  await replaceFolder(folder, async (temporary) => {
    await writeFile(join(temporary, graphFileName), graph);
    await writeFile(join(temporary, cardFileName), `${JSON.stringify(whole, null, 2)}\n`);
    await writeFile(join(temporary, trainingImagesFileName), trainingImages);
    if (history !== undefined) await writeFile(join(temporary, historyFileName), historyText(history));
    written = await loadModel(temporary);
  });
  return { ...written!, folder, name: basename(folder) };
}

/** The text of `history.json`. */
export function historyText(epochs: readonly EpochRecord[]): string {
  return `${JSON.stringify({ epochs }, null, 2)}\n`;
}

/** The part of the card that says how `forwardGraph` writes this network. */
function cardOf({
  widthMultiplier,
  inputSize,
  featureChannels,
  featureSize,
}: Network): Omit<ModelCard, keyof CardWords | 'fingerprint'> {
  return {
    schemaVersion: 1,
    architecture: { name: 'mobilenet-v2', widthMultiplier, inputSize },
    input: { name: 'image' },
    outputs: {
      logits: 'logits',
      features: { name: 'features', channels: featureChannels, rows: featureSize, columns: featureSize },
    },
    classifier: { weight: 'classifier.weight', layout: 'features×classes' },
  };
}
