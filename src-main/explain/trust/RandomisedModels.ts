import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadedModel } from '../../../src-shared/domain/inference.ts';
import { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';
import { forwardGraph } from '../../network/forwardGraph.ts';
import { cardFileName, fingerprintOf, graphFileName, loadModel } from '../../network/loadModel.ts';
import { readModelWeights } from '../../network/readModelWeights.ts';
import type { Tensor, Weights } from '../../network/weights.ts';

/** How far down from the answer the weights are random: each stage holds the ones before it. */
export const randomStages = ['classifier', 'head', 'block13', 'block6', 'stem'] as const;

export type RandomStage = (typeof randomStages)[number];

/** Names of parameters begin so, from the picture to the answer. */
const layersFromInput = ['stem', ...Array.from({ length: 17 }, (_, i) => `block${i}`), 'head', 'classifier'];

/**
 * Models with random weights from the classifier down to a layer: the cascading randomisation of Adebayo et al., "Sanity
 * checks for saliency maps" (NeurIPS 2018), section 3. Filters are normal with variance 2 / fan-in (He et al. 2015), biases
 * are 0, both from a fixed seed. They live in a private folder until `close`.
 */
export class RandomisedModels {
  readonly #made = new Map<string, Promise<LoadedModel>>();
  #folder: Promise<string> | null = null;

  /** The model under random weights down to a stage, made once. @throws UserError 'model-damaged', 'invalid-input' */
  of(model: LoadedModel, stage: RandomStage): Promise<LoadedModel> {
    const key = `${model.fingerprint}-${stage}`;
    let making = this.#made.get(key);
    if (making === undefined) {
      making = this.#make(model, stage, key);
      this.#made.set(key, making);
      making.catch(() => this.#made.delete(key));
    }
    return making;
  }

  /** Removes what was written. */
  async close(): Promise<void> {
    if (this.#folder !== null) await rm(await this.#folder, { recursive: true, force: true });
  }

  async #make(model: LoadedModel, stage: RandomStage, key: string): Promise<LoadedModel> {
    const { network, weights } = await readModelWeights(model);
    const graph = forwardGraph(network, randomise(weights, stage), 'float32');
    this.#folder ??= mkdtemp(join(tmpdir(), 'bratum-random-'));
    const folder = await mkdtemp(join(await this.#folder, `${key.slice(0, 8)}-`));
    const card = { ...model.card, guard: null, fingerprint: fingerprintOf(graph) };
    await writeFile(join(folder, graphFileName), graph);
    await writeFile(join(folder, cardFileName), JSON.stringify(card));
    return loadModel(folder);
  }
}

function randomise(weights: Weights, stage: RandomStage): Weights {
  const lowest = layersFromInput.indexOf(stage);
  const isRandom = (name: string): boolean => layersFromInput.indexOf(name.split('.', 1)[0]!) >= lowest;
  return new Map(
    [...weights].map(([name, tensor], i) => [name, isRandom(name) ? randomTensor(tensor, i) : tensor]),
  );
}

/** The classifier is [features][classes], filters are [out][in][row][column]. */
function randomTensor({ shape, values }: Tensor, label: number): Tensor {
  const random = new Float32Array(values.length);
  const fanIn =
    shape.length === 2 ? shape[0]! : shape.slice(1).reduce((product, length) => product * length, 1);
  if (shape.length > 1) new RandomStream(7, label).addNormal(random, Math.sqrt(2 / fanIn));
  return { shape, values: random };
}
