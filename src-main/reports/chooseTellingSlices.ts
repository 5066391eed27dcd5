import type { CaseDetail, CaseSlice, StoredAnalysis } from '../../src-shared/domain/cases.ts';
import { tumourClasses, type TumourClass } from '../../src-shared/domain/tumourClass.ts';

/** A slice with an answer, and where it lies: in which series, and the how manieth of it. */
export interface AnsweredSlice extends CaseSlice {
  analysis: StoredAnalysis;
  series: number;
  /** Counted from 1 within the series. */
  position: number;
  seriesLength: number;
}

/** So far apart slices of one series hardly show the same. */
const neighbourhood = 3;

/** Every slice of a case that has an answer, in the case's order. */
export function answeredSlices({ detailStudies }: CaseDetail): AnsweredSlice[] {
  const series = detailStudies.flatMap((study) => study.series);
  return series.flatMap(({ slices }, number) =>
    slices.flatMap((slice, index) =>
      slice.analysis === null
        ? []
        : [
            {
              ...slice,
              analysis: slice.analysis,
              series: number,
              position: index + 1,
              seriesLength: slices.length,
            },
          ],
    ),
  );
}

/**
 * The few slices that say most about a case: in turn the surest slice of each class that was answered, the classes in
 * the order of how many slices have them, tumours before none; no slice beside one that was taken, none that the guard
 * flagged and none with text burned in, as long as there are others.
 *
 * @returns at most `count`, in the case's order
 */
export function chooseTellingSlices(slices: readonly AnsweredSlice[], count: number): AnsweredSlice[] {
  const usual = slices.filter((slice) => !isDoubtful(slice));
  const queues = queuesByClass(usual.length > 0 ? usual : slices);
  const chosen: AnsweredSlice[] = [];
  for (const mayBeNeighbour of [false, true])
    for (let round = 0; round < count && chosen.length < count; round++)
      for (const queue of queues) {
        if (chosen.length === count) break;
        const next = queue.findIndex(
          (slice) => mayBeNeighbour || !chosen.some((other) => areNeighbours(slice, other)),
        );
        if (next >= 0) chosen.push(...queue.splice(next, 1));
      }
  return slices.filter((slice) => chosen.includes(slice));
}

/** True where a picture may show a name, or is none that the model can judge. */
function isDoubtful({ analysis }: AnsweredSlice): boolean {
  return analysis.guard.flagged || analysis.warnings.some(({ code }) => code === 'burned-in-annotation');
}

function queuesByClass(slices: readonly AnsweredSlice[]): AnsweredSlice[][] {
  const byClass = Map.groupBy(slices, ({ analysis }) => analysis.class);
  const certainty = ({ analysis }: AnsweredSlice): number => analysis.probabilities[analysis.class];
  return [...byClass]
    .toSorted(([a, ofA], [b, ofB]) => rank(a) - rank(b) || ofB.length - ofA.length || order(a) - order(b))
    .map(([, queue]) => queue.toSorted((a, b) => certainty(b) - certainty(a)));
}

function rank(name: TumourClass): number {
  return name === 'no_tumor' ? 1 : 0;
}

function order(name: TumourClass): number {
  return tumourClasses.indexOf(name);
}

function areNeighbours(a: AnsweredSlice, b: AnsweredSlice): boolean {
  return a.series === b.series && Math.abs(a.position - b.position) < neighbourhood;
}
