import type { SliceMark } from '../../../src-shared/domain/measurements.ts';
import type { Point } from '../affine.ts';
import type { Hold } from './findMeasurement.ts';
import { handlesOf, moveHandle, moveWhole } from './handles.ts';
import type { Measurement, MeasurementKind, PictureSize } from './Measurement.ts';

/** So many steps can be taken back. */
const mostSteps = 200;

type List = readonly Measurement[];

/** What was measured on one slice, which of it is selected, and how to take back what was done. */
export class SliceMeasurements {
  list = $state.raw<List>([]);
  /** null selects nothing; a handle is only chosen on purpose, since arrow keys then move it. */
  selection = $state.raw<Hold | null>(null);
  #past = $state.raw<readonly List[]>([]);
  #future = $state.raw<readonly List[]>([]);
  /** The change that the last step belongs to; the next of the same name is no step of its own. */
  #running: string | null = null;
  readonly #nextId: () => number;
  readonly #onChange: (list: List) => void;

  readonly canUndo = $derived(this.#past.length > 0);
  readonly canRedo = $derived(this.#future.length > 0);
  readonly selected = $derived(this.list.find(({ id }) => id === this.selection?.id) ?? null);

  /**
   * @param nextId - a number that no other measurement of the case has
   * @param onChange - told of every new list, also while something is dragged
   */
  constructor(nextId: () => number, onChange: (list: List) => void = () => undefined) {
    this.#nextId = nextId;
    this.#onChange = onChange;
  }

  /** Puts marks that were kept earlier before all that was drawn meanwhile; no step takes them away again. */
  adopt(marks: readonly SliceMark[]): void {
    const kept = marks.map(({ kind, points }) => ({ id: this.#nextId(), kind, points }));
    const withKept = (list: List): List => [...kept, ...list];
    this.#past = this.#past.map(withKept);
    this.#future = this.#future.map(withKept);
    this.list = withKept(this.list);
  }

  /** Adds a measurement and selects it. */
  add(kind: MeasurementKind, points: readonly Point[]): Measurement {
    const added = { id: this.#nextId(), kind, points };
    this.#step([...this.list, added], null);
    this.selection = { id: added.id, handle: null };
    return added;
  }

  /**
   * Puts a changed measurement in the place of the one with its id.
   *
   * @param change - a name: changes of one name that follow each other are taken back together
   */
  replace(changed: Measurement, change: string): void {
    const list = this.list.map((one) => (one.id === changed.id ? changed : one));
    this.#step(list, change);
  }

  remove(id: number): void {
    if (this.selection?.id === id) this.selection = null;
    this.#step(
      this.list.filter((one) => one.id !== id),
      null,
    );
  }

  select(hold: Hold | null): void {
    this.selection = hold;
    this.#running = null;
  }

  /** Ends a change: the next one is a step of its own, whatever its name. */
  settle(): void {
    this.#running = null;
  }

  /** Takes the next handle of the selected measurement, after its last the whole; without a selection the first. */
  selectNext(): void {
    const measurement = this.selected ?? this.list[0];
    if (measurement === undefined) return;
    const next = this.selected === null ? 0 : (this.selection?.handle ?? -1) + 1;
    const handle = next < handlesOf(measurement).length ? next : null;
    this.select({ id: measurement.id, handle });
  }

  /** Moves what is selected: the handle, or the whole. */
  nudge(by: Point, picture: PictureSize): void {
    const { selected, selection } = this;
    if (selected === null || selection === null) return;
    const { handle } = selection;
    const from = handle === null ? null : handlesOf(selected)[handle]!;
    const moved =
      handle === null || from === null
        ? moveWhole(selected, by, picture)
        : moveHandle(selected, handle, { x: from.x + by.x, y: from.y + by.y }, picture);
    this.replace(moved, `nudge ${selected.id} ${handle}`);
  }

  undo(): void {
    const before = this.#past.at(-1);
    if (before === undefined) return;
    this.#past = this.#past.slice(0, -1);
    this.#future = [...this.#future, this.list];
    this.#show(before);
  }

  redo(): void {
    const after = this.#future.at(-1);
    if (after === undefined) return;
    this.#future = this.#future.slice(0, -1);
    this.#past = [...this.#past, this.list];
    this.#show(after);
  }

  #step(list: List, change: string | null): void {
    if (change === null || change !== this.#running)
      this.#past = [...this.#past, this.list].slice(-mostSteps);
    this.#running = change;
    this.#future = [];
    this.list = list;
    this.#onChange(list);
  }

  #show(list: List): void {
    this.list = list;
    this.#running = null;
    if (this.selected === null) this.selection = null;
    this.#onChange(list);
  }
}
