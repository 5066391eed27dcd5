import type { LayoutName } from '../../../src-shared/contract/settings.ts';
import type { PixelPlace } from '../../../src-shared/imaging/patientSpace.ts';
import type { PictureCaches } from '../../bridge/PictureCaches.ts';
import type { Preferences } from '../../bridge/Preferences.svelte.ts';
import type { Probe } from '../../viewer/probeAt.ts';
import type { View } from '../../viewer/view.ts';
import {
  alignedSlice,
  cursorIn,
  followedSlice,
  isOneSpace,
  nearestSlice,
  patientPointIn,
  type CursorPlace,
} from './followPlace.ts';
import { followedView } from './followView.ts';
import { layoutShapes } from './layoutShapes.ts';
import type { OpenSeries } from './OpenedReading.ts';
import { Pane } from './Pane.svelte.ts';

const mostPanes = 6;

/** How series hang side by side: the panes of the layout, which of them is the reader's, and how they keep together. */
export class Hanging {
  /** All that there can be, in reading order; the layout shows the first of them. */
  panes = $state.raw<readonly Pane[]>([]);
  activeIndex = $state(0);
  /** The active pane alone fills the layout. */
  isMaximised = $state(false);
  /** What the pointer is on, for the cross-hairs of the other panes. */
  cursor = $state.raw<{ pane: Pane; probe: Probe } | null>(null);
  readonly #preferences: Preferences;

  constructor(pictures: PictureCaches, preferences: Preferences) {
    this.#preferences = preferences;
    this.panes = Array.from({ length: mostPanes }, () => new Pane(pictures, (pane) => this.#join(pane)));
  }

  get active(): Pane {
    return this.panes[this.activeIndex]!;
  }

  get shape(): { rows: number; columns: number } {
    return this.isMaximised ? layoutShapes['1x1'] : layoutShapes[this.#preferences.current.layout];
  }

  /** The panes that are seen. */
  get visible(): readonly Pane[] {
    if (this.isMaximised) return [this.active];
    return this.panes.slice(0, this.count);
  }

  /** How many panes the layout has, seen or behind a maximised one. */
  get count(): number {
    const { rows, columns } = layoutShapes[this.#preferences.current.layout];
    return rows * columns;
  }

  /** Counted from 1, in reading order. */
  numberOf(pane: Pane): number {
    return this.panes.indexOf(pane) + 1;
  }

  /** Hangs the series of what was opened, one in each pane of the layout. */
  show(series: readonly OpenSeries[]): void {
    this.isMaximised = false;
    this.activeIndex = 0;
    this.cursor = null;
    for (const pane of this.panes) pane.clear();
    this.fill(series);
  }

  /** Hangs series that hang nowhere in the empty panes, and keeps the active pane among those that are seen. */
  fill(series: readonly OpenSeries[]): void {
    this.#keepActive();
    const seen = this.panes.slice(0, this.count);
    const waiting = series.filter((one) => seen.every((pane) => pane.series !== one));
    for (const pane of seen) if (pane.series === null) pane.hang(waiting.shift() ?? null);
  }

  setLayout(layout: LayoutName): void {
    this.isMaximised = false;
    this.#preferences.change({ layout });
  }

  /** @param index - in reading order, from 0; nothing happens where there is no such pane */
  activate(index: number): void {
    if (index >= 0 && index < this.count) this.activeIndex = index;
  }

  toggleMaximised(): void {
    this.isMaximised = this.count > 1 && !this.isMaximised;
  }

  /** Switches whether the panes scroll, zoom or point together; those that begin to scroll together meet first. */
  toggle(setting: 'isScrollSynchronised' | 'isZoomSynchronised' | 'isCursorSynchronised'): void {
    const isOn = !this.#preferences.current[setting];
    this.#preferences.change({ [setting]: isOn });
    if (setting === 'isScrollSynchronised' && isOn) this.#align();
  }

  /** Takes the other panes along after one was scrolled by so many steps. */
  follow(leader: Pane, steps: number): void {
    if (!this.#preferences.current.isScrollSynchronised) return;
    for (const pane of this.#others(leader)) pane.goToSlice(followedSlice(leader, pane, steps));
  }

  /** Brings all panes to the place of the active one; those that cross it stay. */
  #align(): void {
    for (const pane of this.#others(this.active))
      pane.goToSlice(alignedSlice(this.active, pane) ?? pane.sliceIndex);
  }

  /** Looks at a pane's picture in another way, and at the others' likewise where they keep together. */
  look(pane: Pane, view: View): void {
    const before = pane.view;
    pane.view = view;
    if (!this.#preferences.current.isZoomSynchronised || pane !== this.active) return;
    if (before.zoom === view.zoom && before.centre.x === view.centre.x && before.centre.y === view.centre.y)
      return;
    for (const other of this.#others(pane)) other.view = followedView(pane, other);
  }

  /** The pointer is on a pixel of a pane, or left its picture. */
  point(pane: Pane, probe: Probe | null): void {
    if (probe !== null) this.cursor = { pane, probe };
    else if (this.cursor?.pane === pane) this.cursor = null;
  }

  /** Where the cross-hair of a pane is: null in the pane that the pointer is on. */
  cursorIn(pane: Pane): CursorPlace | null {
    if (!this.#preferences.current.isCursorSynchronised || this.cursor === null || this.cursor.pane === pane)
      return null;
    return cursorIn(pane, this.cursor.pane, this.cursor.probe);
  }

  /** Brings the other panes to the slices through the pointer, or through the middle of the active pane's view. */
  goToCursor(): void {
    const pane = this.cursor?.pane ?? this.active;
    const place = this.cursor?.probe ?? middleOfView(pane);
    const point = place === null ? null : patientPointIn(pane, place);
    if (point === null) return;
    for (const other of this.#others(pane)) {
      if (isOneSpace(pane, other)) other.goToSlice(nearestSlice(other, point) ?? other.sliceIndex);
    }
  }

  #others(pane: Pane): Pane[] {
    return this.panes.slice(0, this.count).filter((other) => other !== pane && other.series !== null);
  }

  /** A series that is hung beside others opens where they are. */
  #join(pane: Pane): void {
    if (!this.#preferences.current.isScrollSynchronised || this.numberOf(pane) > this.count) return;
    const places = [this.active, ...this.#others(pane)].map((leader) =>
      leader === pane ? null : alignedSlice(leader, pane),
    );
    pane.goToSlice(places.find((place) => place !== null) ?? pane.sliceIndex);
  }

  /** A layout that shrank shows the active pane still. */
  #keepActive(): void {
    const last = this.count - 1;
    if (this.activeIndex <= last) return;
    this.panes = swapped(this.panes, this.activeIndex, last);
    this.activeIndex = last;
  }
}

function swapped(panes: readonly Pane[], one: number, other: number): readonly Pane[] {
  return panes.map((pane, index) => (index === one ? panes[other]! : index === other ? panes[one]! : pane));
}

/** The pixel in the middle of what is seen of a picture. */
function middleOfView({ view, shown }: Pane): PixelPlace | null {
  if (shown === null) return null;
  const { rows, columns } = shown.pixels;
  return { row: view.centre.y * rows - 0.5, column: view.centre.x * columns - 0.5 };
}
