import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ImportWords } from '../../../src-shared/contract/modelCalls.ts';
import type { LoadedModel } from '../../../src-shared/domain/inference.ts';
import { modelCardSchema, type ModelCard } from '../../../src-shared/domain/modelCard.ts';
import { planes } from '../../../src-shared/domain/plane.ts';
import { tumourClasses } from '../../../src-shared/domain/tumourClass.ts';
import { UserError, throwIfCancelled } from '../../../src-shared/errors.ts';
import {
  cardFileName,
  graphFileName,
  guardFileName,
  historyFileName,
  loadModel,
  trainingImagesFileName,
} from '../../network/loadModel.ts';
import { greyStem } from '../../network/weights.ts';
import { describeMobileNetV2 } from '../../network/mobileNetV2.ts';
import type { WeightedNetwork } from '../../network/readModelWeights.ts';
import { replaceFolder } from '../../storage/replaceFolder.ts';
import { readLayersModel } from '../../training/layersModel/readLayersModel.ts';
import { writeModelFolder } from '../../training/modelFolder/writeModelFolder.ts';
import type { Parts } from '../Parts.ts';
import { adoptOnnx } from './adoptOnnx.ts';
import { checkModel } from './checkModel.ts';
import { cardOf, kindOf } from './inspectModelSource.ts';
import { withUnpacked } from './withUnpacked.ts';

type IntakeParts = Pick<Parts, 'engine' | 'registry'>;

export interface Intake {
  /** What it will be called. */
  name: string;
  /** What a person says of a model without a card of ours. */
  words: ImportWords | null;
  signal?: AbortSignal;
}

/**
 * Takes in what a person points to, after its checks.
 *
 * @throws UserError 'model-exists', 'model-refused' with the reason, or what reading gives
 */
export function takeInSource(path: string, intake: Intake, parts: IntakeParts): Promise<ModelCard> {
  const source = basename(path);
  return withUnpacked(path, async (place) => {
    if ((await kindOf(place)) === 'folder') return takeInFolder(place, { ...intake, source }, parts);
    return prepareBeside(parts, (folder) => convert(place, source, folder, intake, parts), {
      ...intake,
      source,
    });
  });
}

/** Takes in a model folder. @throws as `takeInSource` */
export function takeInFolder(
  folder: string,
  wish: { name: string; title?: string | null; source: string; signal?: AbortSignal },
  parts: IntakeParts,
): Promise<ModelCard> {
  return prepareBeside(parts, (temporary) => copyModel(folder, temporary, wish), wish);
}

/** Makes the folder out of the way, checks it there, and lets it take its place only then. */
async function prepareBeside(
  { engine, registry }: IntakeParts,
  make: (folder: string) => Promise<void>,
  { name, source, signal }: { name: string; source: string; signal?: AbortSignal },
): Promise<ModelCard> {
  if (engine.models.isInstalled(name)) throw new UserError('model-exists', { model: name });
  await mkdir(registry.folder, { recursive: true, mode: 0o700 });
  const workshop = await mkdtemp(join(registry.folder, '.intake-'));
  try {
    const folder = join(workshop, name);
    await mkdir(folder);
    await make(folder);
    const model = await loadRefusing(folder, source);
    await checkModel(model, engine.inference, signal);
    throwIfCancelled(signal);
    await replaceFolder(join(registry.folder, name), (target) => copyFiles(folder, target));
    await registry.add({
      name,
      fingerprint: model.fingerprint,
      source,
      addedAt: new Date().toISOString(),
    });
    engine.models.forget(name);
    return model.card;
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

async function loadRefusing(folder: string, file: string): Promise<LoadedModel> {
  try {
    return await loadModel(folder);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const reason = String(error.detail['reason'] ?? 'It holds no model.');
    throw new UserError('model-refused', { file, reason }, { cause: error });
  }
}

/** Copies a model of ours under its new name, and its new title where there is one. */
async function copyModel(
  from: string,
  to: string,
  { name, title = null, source }: { name: string; title?: string | null; source: string },
): Promise<void> {
  const card = await cardOf(from);
  if (card === null)
    throw new UserError('model-refused', {
      file: source,
      reason: 'Its card.json is not a card of version 1.',
    });
  await copyFiles(from, to);
  await writeCard(to, { ...card, name, title: title ?? card.title });
}

const modelFiles = [graphFileName, cardFileName, guardFileName, trainingImagesFileName, historyFileName];

async function copyFiles(from: string, to: string): Promise<void> {
  for (const name of modelFiles)
    if ((await stat(join(from, name)).catch(() => null))?.isFile() === true)
      await copyFile(join(from, name), join(to, name));
}

function writeCard(folder: string, card: ModelCard): Promise<void> {
  return writeFile(join(folder, cardFileName), `${JSON.stringify(card, null, 2)}\n`);
}

/** Makes a model folder of what is not one. */
async function convert(
  place: string,
  source: string,
  folder: string,
  { name, words }: Intake,
  { engine }: IntakeParts,
): Promise<void> {
  const kind = await kindOf(place);
  if (kind === 'layers-model') {
    const card = await cardOf(place);
    const { network, weights } = inOrder(grey(await readLayersModel(place)), words, card, source);
    const trainingImages = await readFile(join(place, trainingImagesFileName), 'utf8').catch(() => '');
    await writeModelFolder(folder, {
      network,
      weights,
      precision: 'float32',
      card: card === null ? cardWords(name, required(words, source)) : { ...card, name, guard: null },
      trainingImages,
    });
    return;
  }
  if (kind !== 'onnx')
    throw new UserError('model-refused', {
      file: source,
      reason: 'There is no card.json with model.onnx, no model.json, and it is no .onnx file.',
    });
  const wanted = required(words, source);
  if (wanted.onnx === null)
    throw new UserError('model-refused', {
      file: source,
      reason: 'Nobody said what its inputs and outputs are.',
    });
  const adopted = await adoptOnnx(
    place,
    source,
    wanted.onnx,
    columnsOf(wanted, source),
    engine.inference,
    folder,
  );
  await writeFile(join(folder, graphFileName), adopted.graph);
  await writeCard(
    folder,
    modelCardSchema.parse({ schemaVersion: 1, ...cardWords(name, wanted), ...adopted.card }),
  );
}

function required(words: ImportWords | null, file: string): ImportWords {
  if (words === null)
    throw new UserError('model-refused', { file, reason: 'It has no card, and nobody said what it is.' });
  return words;
}

/** The parts of a card that a person's words give. */
function cardWords(name: string, { title, task, subset, preprocessing, licence }: ImportWords) {
  return {
    name,
    title,
    task,
    subset: task === 'plane' ? ('combined' as const) : subset,
    isPrototype: false,
    createdAt: new Date().toISOString().slice(0, 10),
    classes: task === 'plane' ? [...planes] : [...tumourClasses],
    preprocessing: { id: preprocessing, version: 1 as const },
    temperature: null,
    conformal: null,
    guard: null,
    training: null,
    metrics: [],
    limits: [
      'It comes from elsewhere: what it was trained on, and how good it is, is not known here. Evaluate it first.',
    ],
    licence: licence === '' ? 'unknown' : licence,
  };
}

/** Where each class of ours stands among the model's outputs. @throws UserError 'model-refused' */
function columnsOf({ task, classes }: ImportWords, file: string): number[] {
  const wanted: readonly string[] = task === 'plane' ? planes : tumourClasses;
  if ([...classes].sort().join() !== [...wanted].sort().join())
    throw new UserError('model-refused', {
      file,
      reason: `Its outputs must stand for ${wanted.join(', ')}, each once.`,
    });
  return wanted.map((name) => (classes as readonly string[]).indexOf(name));
}

/** A network for colour pictures sees three times the same grey. */
function grey({ network, weights }: WeightedNetwork): WeightedNetwork {
  if (network.inputChannels === 1) return { network, weights };
  const { widthMultiplier, inputSize, classes } = network;
  const stem = weights.get('stem.weight');
  if (stem === undefined) return { network, weights };
  return {
    network: describeMobileNetV2({ widthMultiplier, inputSize, inputChannels: 1, classes }),
    weights: new Map([...weights, ['stem.weight', greyStem(stem)]]),
  };
}

/** Puts the classifier's columns into our order of classes; a card of ours says that they are already. */
function inOrder(
  { network, weights }: WeightedNetwork,
  words: ImportWords | null,
  card: ModelCard | null,
  file: string,
): WeightedNetwork {
  if (card !== null) return { network, weights };
  const columns = columnsOf(required(words, file), file);
  if (columns.length !== network.classes)
    throw new UserError('model-refused', {
      file,
      reason: `It has ${network.classes} outputs for ${columns.length} classes.`,
    });
  const [weight, bias] = [weights.get('classifier.weight'), weights.get('classifier.bias')];
  if (weight === undefined || bias === undefined) return { network, weights };
  const count = network.classes;
  const turned = {
    weight: {
      shape: weight.shape,
      values: weight.values.map((_, i) => weight.values[i - (i % count) + columns[i % count]!]!),
    },
    bias: { shape: bias.shape, values: bias.values.map((_, i) => bias.values[columns[i]!]!) },
  };
  return {
    network,
    weights: new Map([...weights, ['classifier.weight', turned.weight], ['classifier.bias', turned.bias]]),
  };
}
