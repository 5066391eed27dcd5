import { showingsInEpoch, type Recipe } from '../../../src-shared/domain/trainingRun.ts';
import { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';
import { streams } from './streams.ts';

/** One showing of a picture in an epoch. */
export interface Draw {
  /** Position in the run's list of training pictures. */
  picture: number;
  /** How often the epoch has shown this picture before; tells the showings' augmentations apart. */
  repetition: number;
}

/**
 * Which pictures an epoch shows, and in which order: a pure function of recipe, labels and epoch.
 *
 * `shuffled` shows every picture once. `balanced` shows as many, each class as often as the others: a class is
 * walked through in shuffled rounds, so that its pictures differ by at most one in how often they are shown.
 * `enlarged` shows each class as often as the largest has pictures, in such rounds: nothing is left out, and a scarcer
 * class comes again in copies, each of which is augmented otherwise.
 *
 * @param labels - class index of each training picture
 */
export function orderOfEpoch(
  { seed, sampler }: Pick<Recipe, 'seed' | 'sampler'>,
  labels: readonly number[],
  epoch: number,
): Draw[] {
  const random = new RandomStream(seed, streams.order, epoch);
  const chosen = sampler === 'shuffled' ? [...labels.keys()] : takeTurns(sampler, labels, random);
  const shown = new Map<number, number>();
  return random.shuffle(chosen).map((picture) => {
    const repetition = shown.get(picture) ?? 0;
    shown.set(picture, repetition + 1);
    return { picture, repetition };
  });
}

/** How many pictures an epoch shows. */
export function showingsIn(sampler: Recipe['sampler'], labels: readonly number[]): number {
  const counts = [...Map.groupBy(labels, (label) => label).values()].map((ofClass) => ofClass.length);
  return showingsInEpoch(sampler, counts);
}

/** Pictures by classes that take turns; absent classes have none. */
function takeTurns(sampler: Recipe['sampler'], labels: readonly number[], random: RandomStream): number[] {
  const byClass = [...Map.groupBy(labels.keys(), (picture) => labels[picture]!)]
    .sort(([a], [b]) => a - b)
    .map(([, pictures]) => pictures);
  const rounds: number[][] = byClass.map(() => []);
  return Array.from({ length: showingsIn(sampler, labels) }, (_, i) => {
    const turn = i % byClass.length;
    if (rounds[turn]!.length === 0) rounds[turn] = random.shuffle([...byClass[turn]!]);
    return rounds[turn]!.pop()!;
  });
}
