import { copyFile, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import { UserError } from '../../src-shared/errors.ts';
import {
  cardFileName,
  graphFileName,
  guardFileName,
  historyFileName,
  loadModel,
  trainingImagesFileName,
} from '../network/loadModel.ts';
import { readModelWeights } from '../network/readModelWeights.ts';
import { replaceFolder } from '../storage/replaceFolder.ts';
import type { ModelLibrary } from './ModelLibrary.ts';

/** Where the model comes from: the best epoch of a run's folder, or an installed model's name or a model folder. */
export type ExportSource = { run: string } | { model: string };

/** What a folder of a format holds besides the card and the hashes of the training pictures. */
interface Format {
  isOwnFile: (name: string) => boolean;
  write: (folder: string, model: LoadedModel) => Promise<void>;
}

const formats = {
  onnx: { isOwnFile: (name) => name === graphFileName, write: copyGraph },
  tfjs: { isOwnFile: (name) => name === 'model.json' || name.endsWith('.bin'), write: writeLayers },
} satisfies Record<string, Format>;

export type ExportFormat = keyof typeof formats;

export const exportFormats = Object.keys(formats) as ExportFormat[];

/** What was written. */
export interface ExportedModel {
  /** The model's own name, as its card has it. */
  model: string;
  modelFingerprint: string;
  /** Names of the files in the folder. */
  files: string[];
}

/**
 * Writes a model with its card into a folder that other programs read, whole or not at all: `onnx`, the model folder as
 * this application reads it; `tfjs`, a LayersModel that `tf.loadLayersModel` reads, pictures of grey 0…255 in and logits
 * out.
 *
 * @param to - absolute; a new folder, an empty one, or one that an earlier export in the same format made
 * @throws UserError 'run-not-found', 'run-without-model', 'model-not-found', 'model-damaged', 'invalid-input',
 * 'folder-not-empty', 'folder-unwritable', 'disk-full'
 */
export async function exportModel(
  source: ExportSource,
  format: ExportFormat,
  to: string,
  models: ModelLibrary,
): Promise<ExportedModel> {
  const model = 'run' in source ? await loadModel(await bestOf(source.run)) : await models.load(source.model);
  const { isOwnFile, write } = formats[format];
  await checkTarget(to, model, isOwnFile);
  await replaceFolder(to, async (temporary) => {
    await write(temporary, model);
    await copyFile(join(model.folder, cardFileName), join(temporary, cardFileName));
    for (const name of optionalFiles) await copyIfThere(join(model.folder, name), join(temporary, name));
  });
  return { model: model.card.name, modelFingerprint: model.fingerprint, files: (await readdir(to)).sort() };
}

async function writeLayers(folder: string, model: LoadedModel): Promise<void> {
  const { network, weights } = await readModelWeights(model);
  // TensorFlow.js takes a while to load, and only this format needs it.
  const { writeLayersModel } = await import('../training/layersModel/writeLayersModel.ts');
  await writeLayersModel(folder, network, weights);
}

/** The model folder of a run. */
async function bestOf(run: string): Promise<string> {
  const isFolder = async (path: string): Promise<boolean> =>
    (await stat(path).catch(() => null))?.isDirectory() ?? false;
  if (!(await isFolder(run))) throw new UserError('run-not-found', { folder: basename(run) });
  const best = join(run, 'best');
  if (await isFolder(best)) return best;
  const isRun = (await stat(join(run, 'run.json')).catch(() => null)) !== null;
  throw new UserError(isRun ? 'run-without-model' : 'run-not-found', { folder: basename(run) });
}

/** Lets nobody lose what no export wrote: whatever is in the folder will be replaced. */
async function checkTarget(
  to: string,
  model: LoadedModel,
  isOwnFile: (name: string) => boolean,
): Promise<void> {
  const names = await readdir(to).catch((cause: NodeJS.ErrnoException): string[] => {
    if (cause.code === 'ENOENT') return [];
    throw new UserError('folder-unwritable', { folder: basename(to) }, { cause });
  });
  if (names.length === 0) return;
  if ((await realpath(to)) === (await realpath(model.folder)))
    throw new UserError('invalid-input', {
      reason: 'The model lies in the folder that it is to be exported to.',
    });
  const isExport = names.includes(cardFileName) && names.some(isOwnFile);
  const isKnown = (name: string): boolean =>
    isOwnFile(name) || [cardFileName, ...optionalFiles].includes(name);
  if (!isExport || !names.every(isKnown)) throw new UserError('folder-not-empty', { folder: basename(to) });
}

/** Copies the graph and makes sure that it is the one that was loaded. */
async function copyGraph(folder: string, model: LoadedModel): Promise<void> {
  await copyFile(join(model.folder, graphFileName), join(folder, graphFileName));
  for (const name of [cardFileName, guardFileName])
    await copyIfThere(join(model.folder, name), join(folder, name));
  const copy = await loadModel(folder);
  if (copy.fingerprint !== model.fingerprint)
    throw new UserError('model-damaged', {
      model: model.name,
      reason: 'It was changed while it was exported.',
    });
}

/** Not every model has them. */
const optionalFiles = [guardFileName, trainingImagesFileName, historyFileName];

async function copyIfThere(from: string, to: string): Promise<void> {
  if ((await stat(from).catch(() => null)) !== null) await copyFile(from, to);
}
