import type { ProviderName } from '../../../src-shared/domain/analysis.ts';
import type { InferencePort, LoadedModel } from '../../../src-shared/domain/inference.ts';
import type { TumourClass } from '../../../src-shared/domain/tumourClass.ts';
import type { ConductFigures, PlaceFigures, TrustFigures } from '../../../src-shared/domain/trust.ts';
import { UserError, type CancelSignal } from '../../../src-shared/errors.ts';
import { blur } from '../../../src-shared/imaging/augmentation/blur.ts';
import { findHead } from '../../../src-shared/imaging/findHead.ts';
import type { PictureSize } from '../../../src-shared/imaging/resize.ts';
import { upsample } from '../../../src-shared/imaging/upsample.ts';
import { placeFigures } from '../../../src-shared/statistics/attention/placeFigures.ts';
import { correlation, rankCorrelation } from '../../../src-shared/statistics/attention/rankCorrelation.ts';
import {
  areaUnder,
  removalOrder,
  removalPictures,
} from '../../../src-shared/statistics/attention/removal.ts';
import { softmax } from '../../../src-shared/statistics/softmax.ts';
import type { HeatGrid, MapMaker } from './MapMaker.ts';
import type { RandomisedModels } from './RandomisedModels.ts';

/** A map, and the picture that it explains as the model reads it. */
export interface ExplainedPicture {
  model: LoadedModel;
  class: TumourClass;
  /** Grey 0…255, [row][column]. */
  input: Float32Array<ArrayBuffer>;
  heat: HeatGrid;
}

/** What trying a map on its model needs. */
export interface TrustTools {
  inference: InferencePort;
  provider: ProviderName;
  /** Made the map; makes those of changed pictures and models. */
  makeMaps: MapMaker;
  randomised: RandomisedModels;
  signal?: CancelSignal | undefined;
}

/** Pictures along one removal curve, the two ends not counted twice. */
const removalSteps = 16;
const shiftPixels = 2;
/** The blurred picture from which insertion starts, at 224 pixels a side (RISE's own code blurs with 11 pixels and 5). */
const insertionBlur = 5;

/**
 * Where the heat lies, without a run of the model.
 *
 * @param outline - in the model's picture, 1 inside; null where none is known
 * @returns null where the map is empty
 */
export function placeOf(
  { input, heat, model }: ExplainedPicture,
  outline: Uint8Array | null,
): PlaceFigures | null {
  const size = inputSizeOf(model);
  const head = findHead({ ...size, values: input })?.mask ?? null;
  return placeFigures(upsample(heat.values, heat, size), size, { head, outline });
}

/**
 * Tries a map on the model that it explains: deletion, insertion, two-pixel shifts and random weights, in 34 runs of
 * one picture and 5 maps.
 *
 * @returns null where the map is empty
 * @throws UserError 'inference-failed', 'inference-stopped', 'cancelled', or what making the maps throws
 */
export async function conductOf(
  picture: ExplainedPicture,
  tools: TrustTools,
): Promise<ConductFigures | null> {
  const { heat, model } = picture;
  if (!heat.values.some((value) => value > 0)) return null;
  const size = inputSizeOf(model);
  const fine = upsample(heat.values, heat, size);
  return {
    ...(await removalAreas(picture, fine, tools)),
    shiftStability: await shiftStability(picture, fine, tools),
    randomWeights: await similarityUnderRandomWeights(picture, tools),
  };
}

/** All figures of one map. @param outline - in the model's picture, 1 inside; null where none is known */
export async function measureTrust(
  picture: ExplainedPicture,
  outline: Uint8Array | null,
  tools: TrustTools,
): Promise<TrustFigures> {
  return { place: placeOf(picture, outline), conduct: await conductOf(picture, tools) };
}

/**
 * How like a map is to that of the same network with random weights from the classifier down to `stage`; |Spearman's
 * correlation| at the map's own size.
 */
export async function similarityUnderRandomWeights(
  { model, input, heat, class: tumourClass }: ExplainedPicture,
  { makeMaps, randomised, signal }: TrustTools,
  stage: Parameters<RandomisedModels['of']>[1] = 'stem',
): Promise<number> {
  const random = await randomised.of(model, stage);
  const [other] = await makeMaps({ model: random, inputs: input, count: 1, classes: [tumourClass] }, signal);
  return Math.abs(rankCorrelation(heat.values, other!.values));
}

async function removalAreas(
  { model, input, class: tumourClass }: ExplainedPicture,
  fine: Float32Array,
  { inference, provider, signal }: TrustTools,
): Promise<Pick<ConductFigures, 'deletion' | 'insertion'>> {
  const size = inputSizeOf(model);
  const order = removalOrder(fine);
  const mean = input.reduce((sum, grey) => sum + grey / input.length, 0);
  const even = new Float32Array(input.length).fill(mean);
  const blurred = blur({ ...size, values: input }, (insertionBlur * size.rows) / 224).values;
  const sequences = [
    removalPictures(input, even, order, removalSteps),
    removalPictures(blurred, input, order, removalSteps),
  ];
  const inputs = new Float32Array(2 * sequences[0]!.length);
  sequences.forEach((pictures, i) => inputs.set(pictures, i * pictures.length));
  const count = 2 * (removalSteps + 1);
  const { logits } = await inference.run({ model, provider, inputs, count, wantsFeatures: false }, signal);
  if (!logits.every(Number.isFinite)) throw new UserError('inference-failed');
  const { classes, temperature } = model.card;
  const classIndex = classes.indexOf(tumourClass);
  const curve = Array.from({ length: count }, (_, i) => {
    const row = [...logits.subarray(i * classes.length, (i + 1) * classes.length)];
    return softmax(row, temperature ?? 1)[classIndex]!;
  });
  return {
    deletion: areaUnder(curve.slice(0, removalSteps + 1)),
    insertion: areaUnder(curve.slice(removalSteps + 1)),
  };
}

/** Mean correlation, over the four directions, of the map moved with the picture and the map of the moved picture. */
async function shiftStability(
  { model, input, class: tumourClass }: ExplainedPicture,
  fine: Float32Array,
  { makeMaps, signal }: TrustTools,
): Promise<number> {
  const size = inputSizeOf(model);
  const shifts = [
    [shiftPixels, 0],
    [-shiftPixels, 0],
    [0, shiftPixels],
    [0, -shiftPixels],
  ] as const;
  const inputs = new Float32Array(shifts.length * input.length);
  shifts.forEach(([down, right], i) => inputs.set(shifted(input, size, down, right), i * input.length));
  const classes = shifts.map(() => tumourClass);
  const maps = await makeMaps({ model, inputs, count: shifts.length, classes }, signal);
  const likeness = maps.map((map, i) => {
    const [down, right] = shifts[i]!;
    const back = shifted(upsample(map.values, map, size), size, -down, -right);
    return correlation(withoutRim(fine, size), withoutRim(back, size));
  });
  return likeness.reduce((sum, value) => sum + value, 0) / likeness.length;
}

/** A picture moved by whole pixels; what comes in at the edge repeats it. */
export function shifted(
  values: Float32Array,
  { rows, columns }: PictureSize,
  down: number,
  right: number,
): Float32Array<ArrayBuffer> {
  const within = (place: number, length: number): number => Math.min(Math.max(place, 0), length - 1);
  const out = new Float32Array(values.length);
  for (let row = 0, i = 0; row < rows; row++) {
    const start = within(row - down, rows) * columns;
    for (let column = 0; column < columns; column++, i++)
      out[i] = values[start + within(column - right, columns)]!;
  }
  return out;
}

/** The pixels that a shift there and back leaves in place. */
function withoutRim(values: Float32Array, { rows, columns }: PictureSize): Float32Array {
  const kept: number[] = [];
  for (let row = shiftPixels; row < rows - shiftPixels; row++)
    for (let column = shiftPixels; column < columns - shiftPixels; column++)
      kept.push(values[row * columns + column]!);
  return Float32Array.from(kept);
}

function inputSizeOf({ card }: LoadedModel): PictureSize {
  const side = card.architecture.inputSize;
  return { rows: side, columns: side };
}
