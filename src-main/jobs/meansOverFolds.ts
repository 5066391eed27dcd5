import type { FoldMeans, SubmittedRun } from '../../src-shared/domain/jobs.ts';
import { meanAndDeviation } from '../../src-shared/statistics/meanAndDeviation.ts';

type TrainedRun = SubmittedRun & { result: NonNullable<SubmittedRun['result']> };

/**
 * What runs of one submission that differ in nothing but their fold have come to, each fold counted alike, whatever its
 * size. A run that has not ended tells no more than its folder's name, so there are means of trained ones only, and all
 * combinations of a plan have the same folds.
 *
 * @param runs - whole submissions, in the order of their folders
 */
export function meansOverFolds(runs: readonly SubmittedRun[]): FoldMeans[] {
  const bySubmission = Map.groupBy(runs, ({ submission }) => submission);
  return [...bySubmission.values()].flatMap((own) => {
    const all = new Set(own.map((run) => nameParts(run).fold)).size;
    if (all < 2) return [];
    const trained = own.filter((run): run is TrainedRun => run.result !== null);
    const alike = Map.groupBy(trained, ({ result }) => JSON.stringify([result.seed, result.recipe]));
    return [...alike.values()].map((folds) => meansOf(folds, all));
  });
}

function meansOf(folds: readonly TrainedRun[], all: number): FoldMeans {
  const [{ submission }] = folds as [TrainedRun];
  const tested = folds.map(({ result }) => result.testAccuracy).filter((accuracy) => accuracy !== null);
  return {
    submission,
    name: nameParts(folds[0]!).rest,
    folds: { trained: folds.length, all },
    bestEpoch: meanAndDeviation(folds.map(({ result }) => result.bestEpoch)),
    validationAccuracy: meanAndDeviation(folds.map(({ result }) => result.validationAccuracy)),
    // A mean of some of the folds only would not be what stands beside it.
    testAccuracy: tested.length === folds.length ? meanAndDeviation(tested) : null,
  };
}

/** `fold-1-seed-7-learningRate-0.001-0123abcd`, as `submitTrainings` names it, is fold 1 of `seed-7-learningRate-0.001`. */
function nameParts({ path }: SubmittedRun): { fold: string; rest: string } {
  const name = path.split(/[\\/]/).at(-1) ?? path;
  const [, fold = '1', rest = name] = /^fold-(\d+)-(.+)-[0-9a-f]{8}$/.exec(name) ?? [];
  return { fold, rest };
}
