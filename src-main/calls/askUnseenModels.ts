import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import { tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import { throwIfCancelled, UserError } from '../../src-shared/errors.ts';
import { AnswerTable } from '../datasets/workspace/AnswerTable.ts';
import type { DatasetStore } from '../datasets/workspace/DatasetStore.ts';
import { readWorkspaceSlices } from '../datasets/workspace/readWorkspaceSlices.ts';
import { interpretLogits } from '../inference/interpretLogits.ts';
import { toModelInputs } from '../preprocess/toModelInputs.ts';
import { everyPicture } from './everyPicture.ts';
import type { PlaneTools } from './findPlanes.ts';
import type { JobContext } from './Jobs.ts';

/** Slices in one run. */
const batchSize = 8;

/** A picture that a model is to be asked about. */
interface Question {
  id: number;
  fileHash: string;
}

/**
 * Asks every model of the tumour class about the labelled pictures that it was not trained on, by bytes and by look: the
 * installed ones, and the best of each kept run, so that the models of a cross-validation's folds each answer for the
 * fold that they did not see. A model that does not say what it was trained on is not asked. What was answered is kept.
 *
 * @param storeFolder - where `runs/` lies
 * @throws UserError 'cancelled', 'inference-…', 'provider-…', 'store-…'
 */
export async function askUnseenModels(
  workspace: DatasetStore,
  dataset: number,
  { tools, storeFolder }: { tools: PlaneTools; storeFolder: string },
  { signal, progress }: Pick<JobContext, 'signal' | 'progress'>,
): Promise<void> {
  const table = new AnswerTable(workspace.database);
  const open: { model: LoadedModel; name: string; questions: Question[] }[] = [];
  for (const [name, model] of await classModels(tools, storeFolder)) {
    const questions = await unseenBy(model, workspace, dataset, tools);
    const answered = table.answeredBy(dataset, model.fingerprint);
    open.push({ model, name, questions: questions.filter(({ id }) => !answered.has(id)) });
    throwIfCancelled(signal);
  }
  const total = open.reduce((sum, { questions }) => sum + questions.length, 0);
  let done = 0;
  progress(done, total);
  for (const { model, name, questions } of open) {
    for (let at = 0; at < questions.length; at += batchSize) {
      throwIfCancelled(signal);
      const batch = questions.slice(at, at + batchSize);
      const { read, slices } = await readWorkspaceSlices(batch, ({ id }) =>
        workspace.pictures.placeOf(dataset, id),
      );
      const probabilities = await ask(slices, model, tools, signal);
      table.keep(
        read.map(({ id, fileHash }, i) => ({
          ...{ picture: id, fileHash, model: name, fingerprint: model.fingerprint },
          probabilities: probabilities[i]!,
        })),
      );
      done += batch.length;
      progress(done, total);
    }
  }
}

/** Models that tell the tumour class, by the name that a person knows them by; damaged ones are passed over. */
async function classModels({ models }: PlaneTools, storeFolder: string): Promise<Map<string, LoadedModel>> {
  const found = new Map<string, LoadedModel>();
  const add = async (name: string, nameOrFolder: string): Promise<void> => {
    try {
      const model = await models.load(nameOrFolder);
      const isKnown = [...found.values()].some(({ fingerprint }) => fingerprint === model.fingerprint);
      if (model.card.task === 'tumour-class' && !isKnown) found.set(name, model);
    } catch (error) {
      if (!(error instanceof UserError) || !error.code.startsWith('model-')) throw error;
    }
  };
  for (const { name } of await models.listAll(() => undefined)) await add(name, name);
  const runs = join(storeFolder, 'runs');
  for (const run of existsSync(runs) ? (await readdir(runs)).sort() : []) {
    const best = join(runs, run, 'best');
    if (existsSync(join(best, 'card.json'))) await add(`run ${run.slice(0, 8)}`, best);
  }
  return found;
}

async function unseenBy(
  model: LoadedModel,
  workspace: DatasetStore,
  dataset: number,
  { models }: PlaneTools,
): Promise<Question[]> {
  const seen = await models.trainingImages(model);
  if (seen.size === 0) return [];
  const { subset } = model.card;
  const unseen: Question[] = [];
  for (const picture of workspace.pictures.describe(everyPicture(dataset))) {
    const { id, fileHash, plane, look, isQuarantined } = picture;
    if (picture.class === null || isQuarantined) continue;
    if (subset !== 'combined' && subset !== plane) continue;
    if (!seen.has(fileHash) && !seen.resembles(look)) unseen.push({ id, fileHash });
    // Comparing looks takes long, and others want to be heard.
    if (unseen.length % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return unseen;
}

async function ask(
  slices: readonly Slice[],
  model: LoadedModel,
  { providers, inference }: PlaneTools,
  signal: AbortSignal,
): Promise<Float32Array<ArrayBuffer>[]> {
  const count = slices.length;
  if (count === 0) return [];
  const provider = (await providers.select(model, 'auto', 'batch', signal)).provider;
  const { inputs } = toModelInputs(slices, model.card);
  const { logits } = await inference.run({ model, provider, inputs, count, wantsFeatures: false }, signal);
  const width = tumourClasses.length;
  return slices.map((_, i) => {
    const { probabilities } = interpretLogits(logits.subarray(i * width, (i + 1) * width), model.card);
    return Float32Array.from(tumourClasses, (name) => probabilities[name]);
  });
}
