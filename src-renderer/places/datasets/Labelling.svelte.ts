import type { CallInput, CallOutput } from '../../../src-shared/contract/calls.ts';
import type { Plane } from '../../../src-shared/domain/plane.ts';
import type { TumourClass } from '../../../src-shared/domain/tumourClass.ts';
import {
  sheetClasses,
  sheetPlanes,
  type JournalState,
  type LabelSheet,
} from '../../../src-shared/domain/workspace.ts';
import { toFailure, type Failure } from '../../../src-shared/errors.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import { Selection } from './Selection.svelte.ts';

/** The labels of one picture. */
export interface PictureLabelsNow {
  class: TumourClass | null;
  plane: Plane | null;
  /** A suggestion that nobody has agreed to or replaced yet. */
  ghost: Plane | null;
  /** Of the suggestion, agreed to or not; 0 where there is none. */
  probability: number;
  isQuarantined: boolean;
}

type SheetQuery = Omit<CallInput<'readLabelSheet'>, 'dataset'>;

/**
 * The labels of a data set under a person's fingers. They lie here as columns, so that a key changes them at once; what
 * was done follows to the main side in order, and whatever cannot be stored is read back.
 */
export class Labelling {
  /** Null until the sheet has arrived. */
  sheet = $state.raw<LabelSheet | null>(null);
  journal = $state.raw<JournalState>({ undo: null, redo: null });
  failure = $state.raw<Failure | null>(null);
  /** Changes that are not stored yet. */
  unsaved = $state(0);
  /** Counts up with every change of a label, for whoever draws them. */
  version = $state(0);
  /** Goes on to the next picture after one was labelled. */
  isGoingOn = $state(true);
  query = $state.raw<SheetQuery>({ filter: {}, sort: 'path', labeller: null });
  readonly selection = new Selection();
  readonly dataset: number;
  readonly #main: MainSide;
  /** Nothing is drawn from it; `version` tells of its changes. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- 100,000 entries that nobody watches
  #indexOf = new Map<number, number>();
  #queue: Promise<unknown> = Promise.resolve();
  #generation = 0;

  /** @param pictures - shows only these at first; null: all */
  constructor(main: MainSide, dataset: number, pictures: number[] | null = null) {
    this.#main = main;
    this.dataset = dataset;
    if (pictures !== null) this.query = { ...this.query, filter: { ids: pictures } };
  }

  get count(): number {
    return this.sheet?.ids.length ?? 0;
  }

  /** Narrows or sorts the list, from its top. */
  ask(change: SheetQuery): void {
    this.query = { ...this.query, ...change };
    this.selection.go(0);
    void this.load();
  }

  /** Reads the sheet; the picture under the cursor stays under it. */
  async load(): Promise<void> {
    const generation = ++this.#generation;
    const current = this.sheet?.ids[this.selection.cursor];
    await this.#try(async () => {
      await this.#queue;
      const sheet = await this.#main.call('readLabelSheet', { ...this.query, dataset: this.dataset });
      const { journal } = await this.#main.call('openDataset', { dataset: this.dataset });
      if (generation !== this.#generation) return;
      this.#indexOf.clear();
      sheet.ids.forEach((id, index) => this.#indexOf.set(id, index));
      this.sheet = sheet;
      this.journal = journal;
      this.selection.begin(sheet.ids.length, this.#indexOf.get(current ?? 0) ?? 0);
      this.version++;
    });
  }

  /** The labels of a picture now; reads `version`, so that whoever draws them follows. */
  at(index: number): PictureLabelsNow {
    void this.version;
    const { sheet } = this;
    const plane = sheet === null ? null : (sheetPlanes[sheet.planes[index]! - 1] ?? null);
    const suggested = sheet === null ? null : (sheetPlanes[sheet.suggestedPlanes[index]! - 1] ?? null);
    return {
      class: sheet === null ? null : (sheetClasses[sheet.classes[index]! - 1] ?? null),
      plane,
      ghost: plane === null ? suggested : null,
      probability: sheet?.probabilities[index] ?? 0,
      isQuarantined: sheet?.quarantined[index] === 1,
    };
  }

  setPlane(plane: Plane | null): void {
    const code = plane === null ? 0 : sheetPlanes.indexOf(plane) + 1;
    this.#change({ plane }, (sheet, index) => (sheet.planes[index] = code));
  }

  setClass(tumour: TumourClass | null): void {
    const code = tumour === null ? 0 : sheetClasses.indexOf(tumour) + 1;
    this.#change({ class: tumour }, (sheet, index) => (sheet.classes[index] = code));
  }

  /** Into quarantine, or out of it where all that is selected is in it. */
  toggleQuarantine(): void {
    const { sheet } = this;
    if (sheet === null) return;
    const isOut = this.selection.indices().every((index) => sheet.quarantined[index] === 1);
    this.#change({ isQuarantined: !isOut }, (columns, index) => (columns.quarantined[index] = isOut ? 0 : 1));
  }

  /** Agrees to the suggestions of what is selected, or to all in the list of at least a probability. */
  accept(leastProbability: number | null = null): void {
    const { sheet } = this;
    if (sheet === null) return;
    const among = leastProbability === null ? this.selection.indices() : [...sheet.ids.keys()];
    const open = among.filter(
      (index) =>
        sheet.planes[index] === 0 &&
        sheet.suggestedPlanes[index] !== 0 &&
        sheet.probabilities[index]! >= (leastProbability ?? 0),
    );
    if (open.length > 0) {
      const ids = open.map((index) => sheet.ids[index]!);
      for (const index of open) sheet.planes[index] = sheet.suggestedPlanes[index]!;
      this.#store(() => this.#main.call('acceptSuggestions', { dataset: this.dataset, ids }));
    }
    if (leastProbability === null) this.#goOn();
  }

  /** How many suggestions of at least a probability nobody has agreed to or replaced. */
  openSuggestions(leastProbability: number): number {
    void this.version;
    const { sheet } = this;
    let count = 0;
    for (let index = 0; index < this.count; index++)
      if (
        sheet!.planes[index] === 0 &&
        sheet!.suggestedPlanes[index] !== 0 &&
        sheet!.probabilities[index]! >= leastProbability
      )
        count++;
    return count;
  }

  undo(): void {
    this.#turn('undoPictureChange');
  }

  redo(): void {
    this.#turn('redoPictureChange');
  }

  /** To the next picture without a plane or a class, around the end; stays where there is none. */
  goToUnlabelled(): void {
    const { sheet, count } = this;
    for (let step = 1; step <= count; step++) {
      const index = (this.selection.cursor + step) % count;
      if (sheet!.planes[index] !== 0 && sheet!.classes[index] !== 0) continue;
      this.selection.go(index);
      return;
    }
  }

  #change(
    change: CallInput<'changePictures'>['change'],
    set: (sheet: LabelSheet, index: number) => void,
  ): void {
    const { sheet } = this;
    const indices = this.selection.indices();
    if (sheet === null || indices.length === 0) return;
    const ids = indices.map((index) => sheet.ids[index]!);
    for (const index of indices) set(sheet, index);
    this.#store(() => this.#main.call('changePictures', { dataset: this.dataset, ids, change }));
    this.#goOn();
  }

  #goOn(): void {
    const { selection } = this;
    if (this.isGoingOn && selection.size === 1 && selection.cursor + 1 < this.count)
      selection.go(selection.cursor + 1);
  }

  #turn(name: 'undoPictureChange' | 'redoPictureChange'): void {
    this.#store(async () => {
      const { ids, ...journal } = await this.#main.call(name, { dataset: this.dataset });
      if (ids.length > 0) await this.#readBack(ids);
      return journal;
    });
  }

  /** Reads the labels of a few pictures anew, and shows where they are. */
  async #readBack(ids: number[]): Promise<void> {
    const filter = { ids, isQuarantined: null };
    const part = await this.#main.call('readLabelSheet', { ...this.query, dataset: this.dataset, filter });
    const { sheet } = this;
    if (sheet === null) return;
    part.ids.forEach((id, from) => {
      const to = this.#indexOf.get(id);
      if (to === undefined) return;
      sheet.classes[to] = part.classes[from]!;
      sheet.planes[to] = part.planes[from]!;
      sheet.quarantined[to] = part.quarantined[from]!;
    });
    const place = this.#indexOf.get(Math.min(...ids.slice(0, 1)));
    if (place !== undefined) this.selection.go(place);
    this.version++;
  }

  /** What was changed is on the screen at once; storing it waits for what was changed before. */
  #store(work: () => Promise<JournalState | CallOutput<'acceptSuggestions'>>): void {
    this.version++;
    this.unsaved++;
    this.#queue = this.#queue.then(async () => {
      try {
        const { undo, redo } = await work();
        this.journal = { undo, redo };
      } catch (error) {
        this.failure = toFailure(error);
        // The screen must not claim what was not stored.
        setTimeout(() => void this.load());
      } finally {
        this.unsaved--;
      }
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.failure = null;
    } catch (error) {
      this.failure = toFailure(error);
    }
  }
}
