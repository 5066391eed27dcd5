import type { SliceMark } from '../../../src-shared/domain/measurements.ts';
import { SliceMeasurements } from './SliceMeasurements.svelte.ts';

/** The measurements of everything that lies open, slice by slice. */
export class Measurements {
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- looked up while the page is drawn, when nothing may change
  readonly #slices = new Map<string, SliceMeasurements>();
  /** The slices that were looked at with something to measure on them, for who counts across them. */
  #known = $state.raw<readonly [string, SliceMeasurements][]>([]);
  #lastId = 0;
  readonly #onChange: (slice: string, marks: readonly SliceMark[]) => void;

  /** Names of the slices that carry a measurement now. */
  readonly measured = $derived(this.#known.filter(([, { list }]) => list.length > 0).map(([slice]) => slice));

  /** @param onChange - told what a slice carries now, whenever that changes by hand */
  constructor(onChange: (slice: string, marks: readonly SliceMark[]) => void = () => undefined) {
    this.#onChange = onChange;
  }

  /**
   * Those of one slice, always the same object for the same name.
   *
   * @param slice - the slice's handle
   */
  of(slice: string): SliceMeasurements {
    const known = this.#slices.get(slice);
    if (known !== undefined) return known;
    const made = new SliceMeasurements(
      () => {
        // Known to readers of the whole only now: a slice may be looked up while the page is being drawn.
        if (!this.#known.some(([name]) => name === slice)) this.#known = [...this.#known, [slice, made]];
        return ++this.#lastId;
      },
      (list) => this.#onChange(slice, list),
    );
    this.#slices.set(slice, made);
    return made;
  }

  clear(): void {
    this.#slices.clear();
    this.#known = [];
  }
}
