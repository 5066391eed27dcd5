import { comparedFindings, type AgreementStatistics } from '../../src-shared/domain/caseStatistics.ts';
import { agreementWith, type Conclusion } from '../../src-shared/domain/readings.ts';
import { tumourClasses, type TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { bootstrapByGroups } from '../../src-shared/statistics/bootstrapByGroups.ts';
import { cohensKappa } from '../../src-shared/statistics/cohensKappa.ts';
import { jackknifeInterval } from '../../src-shared/statistics/jackknifeInterval.ts';
import type { Interval } from '../../src-shared/statistics/wilsonInterval.ts';

/** A reading of a slice and the model's class for it. */
export interface ComparedReading extends Conclusion {
  caseId: number;
  modelClass: TumourClass;
}

const level = 0.95;
const manyCases = 500;

/** What one case contributes; the sums of these are all that the figures need. */
interface Tally {
  confusion: number[][];
  agreed: number;
  compared: number;
}

/**
 * Readers against models.
 *
 * Kappa needs the class that the reader holds: readings that reject the model's class without naming another count in
 * the share of agreement but not in kappa, which is therefore kind to the model where many readers only reject. The
 * intervals draw whole cases with replacement, since slices of one patient are much alike.
 */
export function agreementStatistics(readings: readonly ComparedReading[]): AgreementStatistics {
  const tallies = [...Map.groupBy(readings, ({ caseId }) => caseId).values()].map(tallyOf);
  const { kinds, kindOf } = sortByKind(tallies);
  const countsOf = (cases: readonly number[]) => {
    const counts = kinds.map(() => 0);
    for (const index of cases) counts[kindOf[index] as number]!++;
    return counts;
  };
  const figuresOf = (counts: readonly number[]) => {
    const { confusion, agreed, compared } = sumOf(kinds, counts);
    return { share: compared === 0 ? null : agreed / compared, kappa: cohensKappa(namedPart(confusion)) };
  };
  const counts = countsOf([...tallies.keys()]);
  const everything = sumOf(kinds, counts);
  const { share, kappa } = figuresOf(counts);
  const intervals = intervalsOf(tallies.length, counts, countsOf, figuresOf);
  return {
    compared: everything.compared,
    agreed: everything.agreed,
    share,
    shareInterval: intervals.share,
    named: namedPart(everything.confusion)
      .flat()
      .reduce((sum, count) => sum + count, 0),
    kappa,
    kappaInterval: intervals.kappa,
    confusion: everything.confusion,
  };
}

interface Figures<Value> {
  share: Value;
  kappa: Value;
}

/** By drawing; from so many cases on that the page would wait for it, by leaving out, which then says the same. */
function intervalsOf(
  cases: number,
  counts: readonly number[],
  countsOf: (cases: readonly number[]) => number[],
  figuresOf: (counts: readonly number[]) => Figures<number | null>,
): Figures<Interval | null> {
  if (cases < 2) return { share: null, kappa: null };
  if (cases >= manyCases)
    return {
      share: jackknifeInterval(counts, (some) => figuresOf(some).share, level, [0, 1]),
      kappa: jackknifeInterval(counts, (some) => figuresOf(some).kappa, level, [-1, 1]),
    };
  const names = Array.from({ length: cases }, (_, index) => String(index));
  return bootstrapByGroups(names, (drawn) => figuresOf(countsOf(drawn)), { seed: 1, samples: 1000, level });
}

function tallyOf(readings: readonly ComparedReading[]): Tally {
  const tally = emptyTally();
  for (const reading of readings) {
    const row = tally.confusion[comparedFindings.indexOf(reading.finding ?? 'rejected')] as number[];
    const column = tumourClasses.indexOf(reading.modelClass);
    row[column] = (row[column] ?? 0) + 1;
    const agreement = agreementWith(reading, reading.modelClass);
    if (agreement !== null) tally.compared++;
    if (agreement === 'agrees') tally.agreed++;
  }
  return tally;
}

/** The different tallies, and which of them each case has: thousands of cases have a few dozen. */
function sortByKind(tallies: readonly Tally[]): { kinds: Tally[]; kindOf: number[] } {
  const names = tallies.map((tally) => JSON.stringify(tally));
  const numbers = new Map([...new Set(names)].map((name, number) => [name, number]));
  const kindOf = names.map((name) => numbers.get(name) as number);
  const kinds: Tally[] = [];
  tallies.forEach((tally, index) => (kinds[kindOf[index] as number] = tally));
  return { kinds, kindOf };
}

/** @param counts - how often each of the tallies counts */
function sumOf(tallies: readonly Tally[], counts: readonly number[]): Tally {
  const sum = emptyTally();
  tallies.forEach(({ confusion, agreed, compared }, index) => {
    const count = counts[index] as number;
    sum.agreed += count * agreed;
    sum.compared += count * compared;
    sum.confusion.forEach((row, i) => row.forEach((_, j) => (row[j]! += count * confusion[i]![j]!)));
  });
  return sum;
}

function emptyTally(): Tally {
  return { confusion: comparedFindings.map(() => tumourClasses.map(() => 0)), agreed: 0, compared: 0 };
}

/** The rows of findings that are classes; they come first and in the order of the classes. */
function namedPart(confusion: readonly number[][]): number[][] {
  return confusion.slice(0, tumourClasses.length);
}
