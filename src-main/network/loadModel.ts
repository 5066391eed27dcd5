import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import { modelCardSchema, type ModelCard } from '../../src-shared/domain/modelCard.ts';
import { UserError } from '../../src-shared/errors.ts';
import type { Guard } from '../../src-shared/statistics/guard/guardScore.ts';
import { readGuard } from './guardFile.ts';
import {
  modelFileLimit,
  OnnxError,
  readOnnxGraph,
  type GraphValue,
  type OnnxGraph,
} from './readOnnxGraph.ts';

const cardSizeLimit = 1 << 20;
const guardSizeLimit = 1 << 22;

/** The graph of a model folder. */
export const graphFileName = 'model.onnx';

/** What is known about it. */
export const cardFileName = 'card.json';

/** SHA-256 of the pictures that it was trained on, one a line; optional. */
export const trainingImagesFileName = 'training-images.txt';

/** The epochs of the run that it comes from, as the run keeps them; optional. */
export const historyFileName = 'history.json';

/** What tells pictures unlike the training pictures; there where the card has a guard. */
export const guardFileName = 'guard.bin';

/**
 * Reads a model folder and checks it against itself: the card by its schema, graph and guard by the card's
 * fingerprints, and the graph's input, outputs and classifier by the names and shapes that the card gives.
 *
 * @param folder - holds `model.onnx` and `card.json`; its base name is the model's name
 * @throws UserError 'model-not-found', or 'model-damaged' with the reason
 */
export async function loadModel(folder: string): Promise<LoadedModel> {
  const name = basename(folder);
  try {
    const card = parseCard(await readLimited(join(folder, cardFileName), cardSizeLimit, name));
    const bytes = await readLimited(join(folder, graphFileName), modelFileLimit, name);
    const fingerprint = fingerprintOf(bytes);
    if (fingerprint !== card.fingerprint)
      throw new OnnxError('the file model.onnx is not the one that the card describes');
    const graph = readOnnxGraph(bytes);
    checkGraph(graph, card);
    const guard = await loadGuard(folder, card);
    return { name, fingerprint, folder, card, classifierWeight: classifierRows(graph, card), guard };
  } catch (error) {
    if (error instanceof OnnxError)
      throw new UserError('model-damaged', { model: name, reason: sentence(error.message) });
    throw error;
  }
}

/**
 * Every usable model of a folder of model folders, by name; one that fails its checks is reported and left out.
 *
 * @param onDamaged - called with the reason for each folder that holds a card but no usable model
 */
export async function listModels(
  modelsFolder: string,
  onDamaged?: (error: UserError) => void,
): Promise<LoadedModel[]> {
  const entries = await readdir(modelsFolder, { withFileTypes: true }).catch(() => []);
  const names = entries
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('.'));
  const models: LoadedModel[] = [];
  for (const name of names.sort()) {
    try {
      models.push(await loadModel(join(modelsFolder, name)));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (error.code !== 'model-not-found') onDamaged?.(error);
    }
  }
  return models;
}

/** SHA-256 in lower-case hex: a model's identity. */
export function fingerprintOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function loadGuard(folder: string, { guard: named, name, outputs }: ModelCard): Promise<Guard | null> {
  if (named === null) return null;
  const bytes = await readLimited(join(folder, guardFileName), guardSizeLimit, name);
  if (fingerprintOf(bytes) !== named.sha256)
    throw new OnnxError(`the file ${guardFileName} is not the one that the card describes`);
  const guard = parseGuard(bytes);
  const { channels, rows, columns } = outputs.features;
  if (Object.values(guard.shape).join() !== [channels, rows, columns].join())
    throw new OnnxError('the guard is for feature maps of another shape');
  return guard;
}

function parseGuard(bytes: Uint8Array): Guard {
  try {
    return readGuard(bytes);
  } catch (cause) {
    throw new OnnxError(`the file ${guardFileName} is damaged`, { cause });
  }
}

function sentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}

async function readLimited(file: string, limit: number, model: string): Promise<Buffer> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new UserError('model-not-found', { model }, { cause });
  });
  if (!found.isFile()) throw new UserError('model-not-found', { model });
  if (found.size > limit) throw new OnnxError(`the file ${basename(file)} is larger than ${limit} bytes`);
  return readFile(file).catch((cause: unknown) => {
    throw new OnnxError(`the file ${basename(file)} cannot be read`, { cause });
  });
}

function parseCard(bytes: Buffer): ModelCard {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new OnnxError('the file card.json is not JSON', { cause });
  }
  const parsed = modelCardSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new OnnxError(`in card.json, ${issue.path.join('.')}: ${issue.message}`);
}

function checkGraph(graph: OnnxGraph, card: ModelCard): void {
  const { inputSize } = card.architecture;
  const { features, logits } = card.outputs;
  const [input] = graph.inputs;
  if (graph.inputs.length !== 1 || !input) throw new OnnxError('the graph must have one input');
  checkValue(input, card.input.name, [1, inputSize, inputSize]);
  checkValue(find(graph.outputs, logits), logits, [card.classes.length]);
  checkValue(find(graph.outputs, features.name), features.name, [
    features.channels,
    features.rows,
    features.columns,
  ]);
}

function find(values: readonly GraphValue[], name: string): GraphValue {
  const value = values.find((candidate) => candidate.name === name);
  if (!value) throw new OnnxError(`the graph has no output “${name}”`);
  return value;
}

/** The first axis is the batch and must be free; the others must be what the card says. */
function checkValue(
  { name, isFloat32, shape }: GraphValue,
  expectedName: string,
  expected: readonly number[],
): void {
  if (name !== expectedName) throw new OnnxError(`the graph has no input “${expectedName}”`);
  if (!isFloat32) throw new OnnxError(`“${name}” is not float32`);
  if (typeof shape[0] !== 'string') throw new OnnxError(`“${name}” has a fixed batch size`);
  if (shape.slice(1).join() !== expected.join())
    throw new OnnxError(`“${name}” has the shape ${shape.join(' × ')}`);
}

/** The classifier's weights as [class][feature], whichever way the graph keeps them. */
function classifierRows(
  graph: OnnxGraph,
  { classifier, classes, outputs }: ModelCard,
): Float32Array<ArrayBuffer> {
  const [classCount, featureCount] = [classes.length, outputs.features.channels];
  const { shape, values } = graph.floatInitializer(classifier.weight);
  const isFeaturesFirst = classifier.layout === 'features×classes';
  const expected = isFeaturesFirst ? [featureCount, classCount] : [classCount, featureCount];
  if (shape.join() !== expected.join())
    throw new OnnxError(`“${classifier.weight}” has the shape ${shape.join(' × ')}`);
  if (!values.every(Number.isFinite))
    throw new OnnxError(`“${classifier.weight}” holds values that are not numbers`);
  if (!isFeaturesFirst) return values;
  const rows = new Float32Array(values.length);
  values.forEach((value, i) => (rows[(i % classCount) * featureCount + Math.floor(i / classCount)] = value));
  return rows;
}
