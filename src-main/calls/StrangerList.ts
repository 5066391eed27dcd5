import type { Stranger } from '../datasets/scanReport.ts';
import type { ExaminedSlice } from './SliceExaminer.ts';

/** The files of a data set that a guard flags, each by its strangest slice. */
export class StrangerList {
  readonly #byPath = new Map<string, Stranger>();

  /** Notes what a model says of a slice of a file. */
  note(path: string, { guard, guardedBy }: ExaminedSlice): void {
    if (!guard.flagged || guardedBy === null) return;
    const known = this.#byPath.get(path);
    if (known !== undefined && strangeness(known) >= strangeness(guard)) return;
    const { name, card } = guardedBy;
    const threshold = card.guard!.threshold.toFixed(2);
    const reason =
      guard.score === null
        ? `The model ${name} gives no numbers for it.`
        : `Unlike the pictures that the model ${name} was trained on: ${guard.score.toFixed(2)}, where ${threshold} is the most.`;
    this.#byPath.set(path, { path, score: guard.score, reason });
  }

  /** The strangest first, then by path. */
  all(): Stranger[] {
    return [...this.#byPath.values()].sort(
      (a, b) => strangeness(b) - strangeness(a) || (a.path < b.path ? -1 : 1),
    );
  }
}

function strangeness({ score }: { score: number | null }): number {
  return score ?? Infinity;
}
