import type { Stranger } from '../datasets/scanReport.ts';
import type { ExaminedSlice } from './SliceExaminer.ts';
import { strangerReason } from './strangerReason.ts';

/** The files of a data set that a guard flags, each by its strangest slice. */
export class StrangerList {
  readonly #byPath = new Map<string, Stranger>();

  /** Notes what a model says of a slice of a file. */
  note(path: string, examined: ExaminedSlice): void {
    const reason = strangerReason(examined);
    const { score } = examined.guard;
    const known = this.#byPath.get(path);
    if (reason === null || (known !== undefined && strangeness(known) >= strangeness({ score }))) return;
    this.#byPath.set(path, { path, score, reason });
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
