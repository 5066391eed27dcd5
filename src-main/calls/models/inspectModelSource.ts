import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ModelSource } from '../../../src-shared/domain/modelRegistry.ts';
import { modelCardSchema, type ModelCard } from '../../../src-shared/domain/modelCard.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { cardFileName, graphFileName } from '../../network/loadModel.ts';
import { modelFileLimit, OnnxError, readOnnxGraph } from '../../network/readOnnxGraph.ts';
import { readLayersModel } from '../../training/layersModel/readLayersModel.ts';
import { withUnpacked } from './withUnpacked.ts';

const cardLimit = 1 << 20;

/**
 * What lies at a place that is to be taken in as a model: a model folder with its card (or a zip of one), a LayersModel of
 * TensorFlow.js, or an ONNX file.
 *
 * @throws UserError 'model-refused' with the reason, or what reading gives
 */
export function inspectModelSource(path: string): Promise<ModelSource> {
  return withUnpacked(path, async (place) => {
    const found = await kindOf(place);
    const file = basename(path);
    switch (found) {
      case 'folder': {
        const card = await cardOf(place);
        if (card === null)
          throw new UserError('model-refused', { file, reason: 'Its card.json is not a card of version 1.' });
        return { kind: 'folder', card };
      }
      case 'layers-model': {
        const { network } = await readLayersModel(place);
        const card = await cardOf(place);
        return { kind: 'layers-model', card, inputSize: network.inputSize, classCount: network.classes };
      }
      case 'onnx': {
        const { inputs, outputs } = await graphOf(place, file);
        return { kind: 'onnx', inputs, outputs };
      }
      case null:
        throw new UserError('model-refused', {
          file,
          reason: 'There is no card.json with model.onnx, no model.json, and it is no .onnx file.',
        });
    }
  });
}

/** What kind of model a place holds; null where it holds none. */
export async function kindOf(place: string): Promise<ModelSource['kind'] | null> {
  const isFile = async (path: string): Promise<boolean> =>
    (await stat(path).catch(() => null))?.isFile() ?? false;
  if (await isFile(place)) return place.toLowerCase().endsWith('.onnx') ? 'onnx' : null;
  if ((await isFile(join(place, cardFileName))) && (await isFile(join(place, graphFileName))))
    return 'folder';
  return (await isFile(join(place, 'model.json'))) ? 'layers-model' : null;
}

/** The card of a folder; null where there is none that can be read. */
export async function cardOf(folder: string): Promise<ModelCard | null> {
  const file = join(folder, cardFileName);
  const size = (await stat(file).catch(() => null))?.size ?? Infinity;
  if (size > cardLimit) return null;
  try {
    const parsed = modelCardSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** The graph of a foreign file. @throws UserError 'model-refused' */
export async function graphOf(path: string, file: string) {
  const { size } = await stat(path);
  if (size > modelFileLimit)
    throw new UserError('model-refused', { file, reason: 'It is larger than 64 MB.' });
  try {
    return readOnnxGraph(await readFile(path));
  } catch (error) {
    if (!(error instanceof OnnxError)) throw error;
    const reason = `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`;
    throw new UserError('model-refused', { file, reason }, { cause: error });
  }
}
