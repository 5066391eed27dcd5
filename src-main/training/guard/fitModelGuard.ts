import type { InferencePort, LoadedModel } from '../../../src-shared/domain/inference.ts';
import type { MapShape } from '../../../src-shared/statistics/guard/regionMeans.ts';
import { fitGuard } from '../../../src-shared/statistics/guard/fitGuard.ts';
import { guardSample } from '../../../src-shared/statistics/guard/guardSample.ts';
import { guardScore, type Guard, type GuardSample } from '../../../src-shared/statistics/guard/guardScore.ts';
import { guardThreshold } from '../../../src-shared/statistics/guard/guardThreshold.ts';
import { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';
import type { SplitPart } from '../../datasets/splits/Split.ts';
import { readGuard, writeGuard } from '../../network/guardFile.ts';
import { makeStranger, strangerKinds, type StrangerKind } from './makeStranger.ts';

/** Pictures that a guard is fitted on; more of them would cost memory, 55 KB each, and change little. */
const mostTraining = 2000;
/** Fewer say too little of 128 axes. */
const leastTraining = 200;
const batchSize = 32;
/** Labels the stream that strangers are drawn from. */
const strangerStream = 0x67756172;

/** What fitting needs. */
export interface GuardSources {
  model: LoadedModel;
  inference: InferencePort;
  /** Positions of the pictures of each part that show what the model is for. */
  parts: Record<SplitPart, readonly number[]>;
  /** Pictures of the test part that show something else, of a kind that no fit sees. */
  excluded?: readonly number[];
  /** Model inputs of pictures, [picture][row][column]. */
  load: (positions: readonly number[]) => Promise<Float32Array>;
  /** Waits while the work is paused. @throws UserError 'cancelled' */
  allowed: () => Promise<void>;
}

/** A guard as its file holds it, and how it was found. */
export interface FittedGuard {
  bytes: Uint8Array<ArrayBuffer>;
  guard: Guard;
  threshold: number;
  /** Scores of the test part. */
  test: number[];
  /** Scores of what the test part holds of something else. */
  excluded: number[];
  /** Scores of strangers made of the test part, by kind. */
  strangers: Map<StrangerKind, number[]>;
}

/**
 * Fits the guard of a model: on the training part and strangers made of it (see `makeStranger`), with the threshold of
 * the validation part, and scores the test part and strangers made of that.
 *
 * @returns null with fewer than 200 training or 80 validation pictures, which are too few to promise anything
 * @throws UserError 'inference-failed', 'inference-stopped', 'cancelled', or what is wrong with a picture
 */
export async function fitModelGuard(sources: GuardSources): Promise<FittedGuard | null> {
  const { model, parts } = sources;
  const shape = shapeOf(model);
  const known = evenly(parts.train, mostTraining);
  if (known.length < leastTraining || guardThreshold(parts.validation.map(() => 0)) === null) return null;
  const training = await samplesOf(sources, known);
  const validation = await samplesOf(sources, parts.validation);
  const strangers: GuardSample[] = [];
  for (const [turn, kind] of strangerKinds.entries())
    strangers.push(...(await samplesOf(sources, shareOf(known, turn), kind)));
  const bytes = writeGuard(fitGuard({ training, strangers, validation }, shape));
  // The threshold is that of the guard as the file holds it.
  const guard = readGuard(bytes);
  const score = (sample: GuardSample): number => guardScore(sample, guard);
  const test = (await samplesOf(sources, parts.test)).map(score);
  const made = new Map<StrangerKind, number[]>();
  for (const [turn, kind] of strangerKinds.entries())
    made.set(kind, (await samplesOf(sources, shareOf(parts.test, turn), kind)).map(score));
  const excluded = (await samplesOf(sources, sources.excluded ?? [])).map(score);
  return { bytes, guard, excluded, threshold: guardThreshold(validation.map(score))!, test, strangers: made };
}

/** The shape of a model's last feature maps. */
export function shapeOf({ card }: LoadedModel): MapShape {
  const { channels, rows, columns } = card.outputs.features;
  return { channels, rows, columns };
}

/** Turned heads are nearest to what the model knows: every picture makes one, the other kinds share them. */
function shareOf(positions: readonly number[], turn: number): number[] {
  const others = strangerKinds.length - 1;
  return positions.filter((_, i) => turn === 0 || i % others === turn - 1);
}

/** At most so many of a list, evenly. */
function evenly(positions: readonly number[], most: number): number[] {
  const count = Math.min(most, positions.length);
  return Array.from({ length: count }, (_, i) => positions[Math.floor((i * positions.length) / count)]!);
}

/** What a guard judges of pictures, or of strangers made of them. */
async function samplesOf(
  { model, inference, load, allowed }: GuardSources,
  positions: readonly number[],
  kind?: StrangerKind,
): Promise<GuardSample[]> {
  const size = model.card.architecture.inputSize;
  const samples: GuardSample[] = [];
  for (let first = 0; first < positions.length; first += batchSize) {
    await allowed();
    const batch = positions.slice(first, first + batchSize);
    const inputs = Float32Array.from(await load(batch));
    if (kind !== undefined)
      batch.forEach((position, i) => {
        const at = i * size * size;
        const picture = { rows: size, columns: size, values: inputs.slice(at, at + size * size) };
        const random = new RandomStream(strangerStream, strangerKinds.indexOf(kind), position);
        inputs.set(makeStranger(kind, picture, random).values, at);
      });
    samples.push(...(await samplesOfInputs(model, inference, inputs, batch.length)));
  }
  return samples;
}

/** What a guard judges of model inputs. */
export async function samplesOfInputs(
  model: LoadedModel,
  inference: InferencePort,
  inputs: Float32Array<ArrayBuffer>,
  count: number,
): Promise<GuardSample[]> {
  const side = model.card.architecture.inputSize;
  const shape = shapeOf(model);
  const { features } = await inference.run({ model, provider: 'cpu', inputs, count, wantsFeatures: true });
  const length = shape.channels * shape.rows * shape.columns;
  return Array.from({ length: count }, (_, i) => {
    const values = inputs.slice(i * side ** 2, (i + 1) * side ** 2);
    const maps = features!.subarray(i * length, (i + 1) * length);
    return guardSample(maps, shape, { rows: side, columns: side, values });
  });
}
