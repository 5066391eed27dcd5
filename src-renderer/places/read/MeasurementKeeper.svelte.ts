import type { SliceHandle } from '../../../src-shared/domain/collection.ts';
import type { SliceMark } from '../../../src-shared/domain/measurements.ts';
import { toFailure, type Failure } from '../../../src-shared/errors.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import { Measurements } from '../../viewer/measuring/Measurements.svelte.ts';

/** A drag is many changes; so long after the last one it is kept. */
const restMs = 400;

/** Fetches what was measured on the slices that are open, and keeps what is measured now. */
export class MeasurementKeeper {
  readonly measurements = new Measurements((slice, marks) => this.#change(slice, marks));
  /** Changes that the main side has not acknowledged yet. */
  isKeeping = $state(false);
  /** Why the last change could not be kept; it waits for `keep`. */
  failure = $state.raw<Failure | null>(null);
  readonly #main: MainSide;
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing on the page follows it
  readonly #waiting = new Map<SliceHandle, readonly SliceMark[]>();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing on the page follows it
  #wanted = new Set<SliceHandle>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #run: Promise<void> | null = null;

  constructor(main: MainSide) {
    this.#main = main;
  }

  /** Fetches what was measured on slices, each once. What cannot be had is asked for again next time. */
  async want(slices: readonly SliceHandle[]): Promise<void> {
    const wanted = this.#wanted;
    const asked = slices.filter((slice) => !wanted.has(slice));
    if (asked.length === 0) return;
    for (const slice of asked) wanted.add(slice);
    try {
      const { measurements } = await this.#main.call('listMeasurements', { slices: [...asked] });
      // Something else may lie open by now.
      if (wanted !== this.#wanted) return;
      for (const { slice, marks } of measurements) this.measurements.of(slice).adopt(marks);
    } catch {
      for (const slice of asked) wanted.delete(slice);
    }
  }

  /** Something else is opened; what waits is kept all the same. */
  clear(): void {
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing on the page follows it
    this.#wanted = new Set();
    void this.keep();
  }

  /** Another store has taken the place of the one that knew the measurements: it is told of them, too. */
  keepAgain(): void {
    for (const slice of this.measurements.measured) this.#change(slice, this.measurements.of(slice).list);
  }

  /** Keeps now what waits, one slice after another; what fails goes on waiting. */
  keep(): Promise<void> {
    clearTimeout(this.#timer);
    this.#run ??= this.#keepAll().finally(() => (this.#run = null));
    return this.#run;
  }

  #change(slice: SliceHandle, marks: readonly SliceMark[]): void {
    this.#waiting.set(slice, marks);
    this.isKeeping = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.keep(), restMs);
  }

  async #keepAll(): Promise<void> {
    this.failure = null;
    try {
      for (const [slice, marks] of this.#waiting) {
        const kept = marks.map(({ kind, points }) => ({
          kind,
          points: points.map(({ x, y }) => ({ x, y })),
        }));
        await this.#main.call('recordMeasurements', { slice, marks: kept }).catch((error: unknown) => {
          // Its case was erased meanwhile; there is nothing left to try.
          if (toFailure(error).code === 'handle-unknown') this.#waiting.delete(slice);
          throw error;
        });
        // It may have changed on the way; then it comes once more.
        if (this.#waiting.get(slice) === marks) this.#waiting.delete(slice);
      }
    } catch (error) {
      this.failure = toFailure(error);
    }
    this.isKeeping = this.#waiting.size > 0;
  }
}
