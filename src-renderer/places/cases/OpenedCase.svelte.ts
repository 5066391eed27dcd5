import type { CaseDetail } from '../../../src-shared/domain/cases.ts';
import { toFailure, type Failure } from '../../../src-shared/errors.ts';
import type { MainSide } from '../../bridge/MainSide.ts';

/** A case is opened once the keyboard has rested on it so long, not while it walks past. */
const restMs = 120;
/** A running analysis announces many changes; the details follow at this pace. */
const refreshMs = 500;

/** The case beside the list, with its studies. */
export class OpenedCase {
  /** Stays on the screen until the next one is here. */
  detail = $state.raw<CaseDetail | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** Keys of the studies that are marked for comparing, at most two. */
  compared = $state.raw<readonly string[]>([]);
  readonly #main: MainSide;
  #id: string | null = null;
  #generation = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(main: MainSide) {
    this.#main = main;
  }

  /** Shows another case soon, or none. */
  show(id: string | null): void {
    if (id === this.#id) return;
    this.#id = id;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#generation++;
    this.failure = null;
    if (id === null) this.detail = null;
    else this.#timer = setTimeout(() => void this.load(), restMs);
  }

  /** Fetches the case anew; something about some case has changed. */
  refreshSoon(): void {
    this.#timer ??= setTimeout(() => void this.load(), refreshMs);
  }

  /** Fetches the case now. */
  async load(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const id = this.#id;
    if (id === null) return;
    const generation = ++this.#generation;
    try {
      const detail = await this.#main.call('openCase', { id });
      if (generation !== this.#generation) return;
      if (detail.id !== this.detail?.id) this.compared = newestTwo(detail);
      this.detail = detail;
      this.failure = null;
    } catch (error) {
      if (generation !== this.#generation) return;
      this.detail = null;
      this.failure = toFailure(error);
    }
  }

  /** Marks a study for comparing, or takes its mark away; of three, the one marked first goes. */
  toggleCompared(studyKey: string): void {
    const others = this.compared.filter((key) => key !== studyKey);
    this.compared = others.length < this.compared.length ? others : [...others, studyKey].slice(-2);
  }
}

/** The two newest studies, which are what one mostly wants to compare. Studies without a date count as oldest. */
function newestTwo({ detailStudies }: CaseDetail): string[] {
  if (detailStudies.length < 2) return [];
  return detailStudies
    .toSorted((a, b) => (b.studyDate ?? '').localeCompare(a.studyDate ?? ''))
    .slice(0, 2)
    .map(({ studyKey }) => studyKey);
}
