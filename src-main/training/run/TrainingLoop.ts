import type { EpochRecord, Recipe } from '../../../src-shared/domain/trainingRun.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { confusionMatrix } from '../../../src-shared/statistics/confusionMatrix.ts';
import { crossEntropy } from '../../../src-shared/statistics/crossEntropy.ts';
import type { Network } from '../../network/mobileNetV2.ts';
import { blockNorms, blocksOf, type Block } from '../loop/blockNorms.ts';
import { clipGradient } from '../loop/clipGradient.ts';
import { learningRateAt } from '../loop/learningRateAt.ts';
import { classWeightsOf, makeBatch } from '../loop/makeBatch.ts';
import { orderOfEpoch, showingsIn, type Draw } from '../loop/orderOfEpoch.ts';
import type { Optimiser } from '../optimisers/Optimiser.ts';
import type { PictureLoader, Showing } from '../pictures/PictureLoader.ts';
import { ParameterVector } from '../ParameterVector.ts';
import type { StepEngine } from '../StepEngine.ts';
import { freshState, type Checkpoint, type RunState } from './Checkpoint.ts';
import type { RunControl } from './RunControl.ts';
import { indexOfLargest } from '../../../src-shared/statistics/indexOfLargest.ts';

/** Pictures of one part of the split: positions in the loader's list, and what is to be learnt of each. */
export interface LabelledPart {
  pictures: readonly number[];
  /** Class index of each. */
  labels: readonly number[];
}

/** What a loop works with. */
export interface LoopParts {
  recipe: Recipe;
  network: Network;
  engine: StepEngine;
  optimiser: Optimiser;
  loader: Pick<PictureLoader, 'load'>;
  train: LabelledPart;
  validation: LabelledPart;
  control: RunControl;
  /** Makes a checkpoint durable. */
  save: (checkpoint: Checkpoint) => Promise<void>;
  /** Makes the best weights so far durable; always called before the checkpoint that names them. */
  saveBest: (weights: Float32Array) => Promise<void>;
  /** A checkpoint is written at least so often, besides each epoch's end. */
  checkpointEveryMs: number;
}

/** What an epoch's record says of the validation part. */
type Validated = Pick<EpochRecord, 'validationLoss' | 'validationAccuracy' | 'confusion'>;

/** What a loop tells. */
export type LoopEvent =
  | { type: 'step'; epoch: number; batch: number; batches: number; loss: number; remainingMs: number }
  | { type: 'epoch'; record: EpochRecord; isBest: boolean; remainingMs: number }
  | { type: 'checkpoint'; epoch: number; batch: number };

/**
 * Trains a network epoch by epoch.
 *
 * Everything that the weights depend on is in the recipe, the labels, the pictures and the checkpoint: chance comes
 * from streams labelled by seed, epoch, step and picture, so a loop that goes on from a checkpoint computes, bit for
 * bit, what one that was never interrupted would have.
 */
export class TrainingLoop {
  readonly #parts: LoopParts;
  readonly #classWeights: readonly number[];
  readonly #average: Float32Array | null;
  readonly #batches: number;
  readonly #blocks: readonly Block[];
  #state: RunState;

  /**
   * The engine's weights are the start's, or become those of the checkpoint.
   *
   * @param checkpoint - null starts afresh
   * @throws RangeError when the checkpoint is of another network or optimiser
   */
  constructor(parts: LoopParts, checkpoint: Checkpoint | null) {
    this.#parts = parts;
    const { recipe, network, engine, train } = parts;
    this.#classWeights = classWeightsOf(recipe.classWeights, train.labels, network.classes);
    this.#batches = Math.ceil(showingsIn(recipe.sampler, train.labels) / recipe.batch);
    this.#blocks = blocksOf(new ParameterVector(network));
    this.#average = recipe.averaging > 0 ? Float32Array.from(engine.weights) : null;
    this.#state = structuredClone(checkpoint?.state ?? freshState);
    if (checkpoint) restore(this.#vectors(), checkpoint.vectors);
  }

  /** The epochs done so far. */
  get history(): readonly EpochRecord[] {
    return this.#state.history;
  }

  /**
   * Trains until the epochs are done, patience is over or somebody ends it early, which happens after one step at least.
   *
   * @throws UserError 'cancelled' (after a checkpoint), 'training-diverged', what the loader and the files throw
   */
  async *run(): AsyncGenerator<LoopEvent> {
    const { epochs } = this.#parts.recipe;
    while (this.#state.epoch < epochs && !this.#isOutOfPatience() && !this.#isToEnd()) yield* this.#epoch();
    if (this.#state.best === null) yield* this.#judge();
  }

  /** Nothing is worth keeping before the first step. */
  #isToEnd(): boolean {
    return this.#parts.control.isFinishing && this.#state.step > 0;
  }

  #isOutOfPatience(): boolean {
    const { patience } = this.#parts.recipe;
    const { best, epoch } = this.#state;
    return patience !== null && best !== null && epoch - best.epoch >= patience;
  }

  async *#epoch(): AsyncGenerator<LoopEvent> {
    const { recipe, train, checkpointEveryMs } = this.#parts;
    const order = orderOfEpoch(recipe, train.labels, this.#state.epoch);
    const drawsOf = (batch: number): Draw[] => order.slice(batch * recipe.batch, (batch + 1) * recipe.batch);
    let next = this.#load(drawsOf(this.#state.batch));
    let lastSaved = performance.now();
    while (this.#state.batch < this.#batches) {
      yield* this.#heed();
      if (this.#isToEnd()) return;
      const begin = performance.now();
      const draws = drawsOf(this.#state.batch);
      const images = await next;
      if (this.#state.batch + 1 < this.#batches) next = this.#load(drawsOf(this.#state.batch + 1));
      const loss = await this.#step(images, draws);
      const now = performance.now();
      this.#state.elapsedMs += now - begin;
      yield this.#stepEvent(loss);
      if (this.#state.batch === this.#batches || now - lastSaved > checkpointEveryMs) {
        yield await this.#save();
        lastSaved = now;
      }
    }
    yield* this.#heed();
    yield* this.#judge();
  }

  /** Waits while the run is paused, with everything on disk. @throws UserError 'cancelled' */
  async *#heed(): AsyncGenerator<LoopEvent> {
    const { control } = this.#parts;
    if (control.isPaused || control.isCancelled || this.#isToEnd()) yield await this.#save();
    await control.allowed();
  }

  /** Ends the epoch under way, be it complete or not. */
  async *#judge(): AsyncGenerator<LoopEvent> {
    yield await this.#endEpoch();
    yield await this.#save();
  }

  #load(draws: readonly Draw[]): Promise<Float32Array> {
    const { loader, train } = this.#parts;
    const { epoch } = this.#state;
    const loading = loader.load(
      draws.map(({ picture, repetition }): Showing => {
        return { picture: train.pictures[picture]!, showing: { epoch, repetition } };
      }),
    );
    // It may fail while a step is under way; whoever waits for it hears of it then.
    loading.catch(() => undefined);
    return loading;
  }

  async #step(images: Float32Array, draws: readonly Draw[]): Promise<number> {
    const { recipe, network, engine, optimiser, train } = this.#parts;
    const state = this.#state;
    const labels = draws.map(({ picture }) => train.labels[picture]!);
    const classWeights = this.#classWeights;
    const batch = makeBatch({ recipe, network, images, labels, classWeights, step: state.step });
    const { loss, logits } = await engine.step(batch);
    const norms = blockNorms(engine.gradients, this.#blocks);
    const norm = clipGradient(engine.gradients, recipe.clipNorm);
    if (!Number.isFinite(loss) || !Number.isFinite(norm))
      throw new UserError('training-diverged', { epoch: state.epoch + 1 });
    const rate = learningRateAt(recipe, state.step, this.#batches);
    optimiser.update(engine.weights, engine.gradients, state.step + 1, rate);
    this.#followWeights();
    state.tally.loss += loss * labels.length;
    state.tally.right += countRight(logits, labels);
    state.tally.pictures += labels.length;
    state.tally.gradientNorm += norm;
    state.tally.blocks = norms.map((value, block) => value + (state.tally.blocks[block] ?? 0));
    state.step += 1;
    state.batch += 1;
    return loss;
  }

  /**
   * The running mean of the weights (Polyak & Juditsky 1992; as exponential moving average in Tan & Le, ICML 2019).
   * It starts fast, so that early epochs are not judged by the start's weights: d = min(decay, (1 + t) / (10 + t)),
   * `t` the steps before this one.
   */
  #followWeights(): void {
    const average = this.#average;
    if (average === null) return;
    const { recipe, engine } = this.#parts;
    const { step } = this.#state;
    const keep = Math.min(recipe.averaging, (1 + step) / (10 + step));
    const { weights } = engine;
    for (let i = 0; i < average.length; i++) average[i] = keep * average[i]! + (1 - keep) * weights[i]!;
  }

  async #endEpoch(): Promise<LoopEvent> {
    const { recipe, engine, saveBest } = this.#parts;
    const state = this.#state;
    const begin = performance.now();
    const kept = this.#average ?? engine.weights;
    const record = this.#record(await this.#validate(kept));
    if (!Number.isFinite(record.validationLoss))
      throw new UserError('training-diverged', { epoch: record.epoch });
    const isBest = state.best === null || record.validationLoss < state.best.validationLoss;
    if (isBest) {
      await saveBest(Float32Array.from(kept));
      state.best = { epoch: record.epoch, validationLoss: record.validationLoss };
    }
    const epochMs = state.elapsedMs + performance.now() - begin;
    state.history.push(record);
    state.epoch += 1;
    state.batch = 0;
    state.tally = { ...freshState.tally };
    state.elapsedMs = 0;
    return { type: 'epoch', record, isBest, remainingMs: epochMs * (recipe.epochs - state.epoch) };
  }

  #record(validated: Validated): EpochRecord {
    const { epoch, step, batch, tally, elapsedMs } = this.#state;
    return {
      epoch: epoch + 1,
      trainLoss: tally.loss / tally.pictures,
      trainAccuracy: tally.right / tally.pictures,
      ...validated,
      learningRate: learningRateAt(this.#parts.recipe, step - 1, this.#batches),
      imagesPerSecond: (1000 * tally.pictures) / elapsedMs,
      gradientNorm: tally.gradientNorm / batch,
      blocks: this.#health(),
    };
  }

  #health(): NonNullable<EpochRecord['blocks']> {
    const { tally, batch } = this.#state;
    const weights = blockNorms(this.#parts.engine.weights, this.#blocks);
    return this.#blocks.map(({ name }, block) => ({
      name,
      gradientNorm: (tally.blocks[block] ?? 0) / batch,
      weightNorm: weights[block]!,
    }));
  }

  async #validate(weights: Float32Array): Promise<Validated> {
    const { engine, validation, network } = this.#parts;
    const trained = Float32Array.from(engine.weights);
    engine.weights.set(weights);
    const logits = await predictPart(this.#parts, validation);
    engine.weights.set(trained);
    const answers = logits.map(indexOfLargest);
    const right = answers.filter((answer, i) => answer === validation.labels[i]).length;
    return {
      validationLoss: crossEntropy(logits, validation.labels),
      validationAccuracy: right / validation.labels.length,
      confusion: confusionMatrix(validation.labels, answers, network.classes),
    };
  }

  async #save(): Promise<LoopEvent> {
    const { epoch, batch } = this.#state;
    await this.#parts.save({ state: structuredClone(this.#state), vectors: this.#vectors() });
    return { type: 'checkpoint', epoch, batch };
  }

  /** Everything that moves, by name. */
  #vectors(): Map<string, Float32Array> {
    const { engine, optimiser } = this.#parts;
    return new Map([
      ['weights', engine.weights],
      ...(this.#average === null ? [] : [['average', this.#average] as const]),
      ...optimiser.state.map((values, i) => [`optimiser.${i}`, values] as const),
    ]);
  }

  #stepEvent(loss: number): LoopEvent {
    const { epoch, batch, elapsedMs } = this.#state;
    const batches = this.#batches;
    const left = this.#parts.recipe.epochs * batches - epoch * batches - batch;
    return { type: 'step', epoch: epoch + 1, batch, batches, loss, remainingMs: (elapsedMs / batch) * left };
  }
}

/**
 * Logits of a part of the split under the engine's weights, pictures as they are.
 *
 * @returns a row for each picture
 */
export async function predictPart(
  {
    engine,
    loader,
    network,
    recipe,
    control,
  }: Pick<LoopParts, 'engine' | 'loader' | 'network' | 'recipe' | 'control'>,
  { pictures }: LabelledPart,
): Promise<number[][]> {
  const rows: number[][] = [];
  const load = (first: number): Promise<Float32Array> => {
    const loading = loader.load(
      pictures.slice(first, first + recipe.batch).map((picture): Showing => ({ picture, showing: null })),
    );
    loading.catch(() => undefined);
    return loading;
  };
  let next = load(0);
  for (let first = 0; first < pictures.length; first += recipe.batch) {
    await control.allowed();
    const images = await next;
    if (first + recipe.batch < pictures.length) next = load(first + recipe.batch);
    const count = Math.min(recipe.batch, pictures.length - first);
    const logits = await engine.evaluate(images, count);
    for (let i = 0; i < count; i++)
      rows.push([...logits.subarray(i * network.classes, (i + 1) * network.classes)]);
  }
  return rows;
}

function countRight(logits: Float32Array, labels: readonly number[]): number {
  const classes = logits.length / labels.length;
  const answer = (i: number): number => indexOfLargest(logits.subarray(i * classes, (i + 1) * classes));
  return labels.filter((label, i) => answer(i) === label).length;
}

function restore(vectors: ReadonlyMap<string, Float32Array>, kept: ReadonlyMap<string, Float32Array>): void {
  for (const [name, values] of vectors) {
    const found = kept.get(name);
    if (found?.length !== values.length) throw new RangeError(`the checkpoint has no ${name} of this size`);
    values.set(found);
  }
}
