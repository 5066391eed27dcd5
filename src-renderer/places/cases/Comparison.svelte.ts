import type { CaseSlice, SeriesPair, StudyComparison } from '../../../src-shared/domain/cases.ts';
import type { SliceHandle } from '../../../src-shared/domain/collection.ts';
import { toFailure, type Failure } from '../../../src-shared/errors.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import type { PictureCaches } from '../../bridge/PictureCaches.ts';
import { Prefetcher } from '../../bridge/Prefetcher.ts';
import { fittedView, type View } from '../../viewer/view.ts';
import { ComparedSide } from './ComparedSide.svelte.ts';
import { slicesOf } from './sliceNames.ts';

/** Two slices of one place, with their answers. */
export interface ComparedPair {
  first: CaseSlice | null;
  second: CaseSlice | null;
  /** Both have an answer, and not the same. */
  isDifferent: boolean;
}

/** Two studies of one case side by side: which series of them, where in it, and how it is looked at. */
export class Comparison {
  studies = $state.raw<StudyComparison | null>(null);
  failure = $state.raw<Failure | null>(null);
  seriesIndex = $state(0);
  pairIndex = $state(0);
  /** One for both, so that they are zoomed and moved together. */
  view = $state.raw<View>(fittedView);
  readonly first: ComparedSide;
  readonly second: ComparedSide;
  readonly series = $derived<SeriesPair | null>(this.studies?.pairs[this.seriesIndex] ?? null);
  readonly #slices = $derived(this.studies && slicesOf(this.studies));
  readonly pairs = $derived<readonly ComparedPair[]>(
    (this.series?.slices ?? []).map(({ first, second }) => this.#paired(first, second)),
  );
  readonly pair = $derived<ComparedPair | null>(this.pairs[this.pairIndex] ?? null);
  readonly differences = $derived(this.pairs.filter(({ isDifferent }) => isDifferent).length);
  readonly #neighbours: Prefetcher;

  constructor(main: MainSide, pictures: PictureCaches, id: string, studies: [string, string]) {
    this.#neighbours = new Prefetcher((slice) => pictures.slices.get(slice), 2);
    this.first = new ComparedSide(pictures);
    this.second = new ComparedSide(pictures);
    main.call('compareStudies', { id, studies }).then(
      (compared) => {
        this.studies = compared;
        this.goToSeries(0);
      },
      (error: unknown) => (this.failure = toFailure(error)),
    );
  }

  /** Another pair of series, met in its middle. */
  goToSeries(index: number): void {
    this.seriesIndex = index;
    this.view = fittedView;
    this.first.reset();
    this.second.reset();
    this.goToPair(Math.floor((this.pairs.length - 1) / 2));
  }

  /** Goes to a pair of slices, as far as there are any. */
  goToPair(index: number): void {
    this.pairIndex = Math.max(0, Math.min(this.pairs.length - 1, index));
    void this.first.show(this.pair?.first ?? null);
    void this.second.show(this.pair?.second ?? null);
    const neighbours = [1, -1, 2].map((step) => this.pairs[this.pairIndex + step]);
    this.#neighbours.want(
      neighbours.flatMap((pair) => [pair?.first, pair?.second].flatMap((side) => side?.slice ?? [])),
    );
  }

  /** Goes to the next pair, or back to the one before, whose answers differ; around the ends. */
  goToDifference(step: 1 | -1): void {
    const count = this.pairs.length;
    for (let far = 1; far <= count; far++) {
      const index = (this.pairIndex + step * far + count * far) % count;
      if (this.pairs[index]?.isDifferent !== true) continue;
      this.goToPair(index);
      return;
    }
  }

  #paired(first: SliceHandle | null, second: SliceHandle | null): ComparedPair {
    const pair = {
      first: this.#slices?.get(first ?? '') ?? null,
      second: this.#slices?.get(second ?? '') ?? null,
    };
    const [one, other] = [pair.first?.analysis ?? null, pair.second?.analysis ?? null];
    return { ...pair, isDifferent: one !== null && other !== null && one.class !== other.class };
  }
}
