import { SvelteMap } from 'svelte/reactivity';
import type { SlicePixels } from '../../../src-shared/contract/calls.ts';
import { defaultMap, mapName } from '../../../src-shared/domain/mapName.ts';
import type {
  AttentionVerdict,
  MeasuredTrust,
  RecordedVerdict,
  ReviewerAgreement,
  ReviewMap,
  ReviewSlice,
} from '../../../src-shared/domain/review.ts';
import type { TumourClass } from '../../../src-shared/domain/tumourClass.ts';
import { toFailure, type Failure } from '../../../src-shared/errors.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import type { PictureCaches } from '../../bridge/PictureCaches.ts';
import { receiveFile } from '../../bridge/receiveFile.ts';
import type { MapStyle } from './paintMap.ts';
import { walkThrough, type ConfusionCell, type WalkName } from './walks.ts';
import { AuditSession } from './AuditSession.svelte.ts';
import { OutlineSession } from './OutlineSession.svelte.ts';

/** One picture of the board: what was asked for, and what came. */
export interface BoardCell {
  key: string;
  slice: ReviewSlice;
  model: string;
  /** A kind of map by its name. */
  method: string;
  class: TumourClass | 'predicted';
}

/** A map that came, or why it did not. */
export type LoadedMap = { map: ReviewMap; pixels: SlicePixels } | { failure: Failure };

export const figureFormats = ['png', 'svg', 'pdf'] as const;

export type FigureFormat = (typeof figureFormats)[number];

export type ReviewPage = 'walks' | 'audit';

/** What the Review place shows; it outlives a visit to another place. */
export class ReviewSession {
  page = $state<ReviewPage>('walks');
  readonly audit: AuditSession;
  readonly outlines: OutlineSession;
  slices = $state.raw<readonly ReviewSlice[] | null>(null);
  unreadable = $state(0);
  opening = $state.raw<{ done: number } | null>(null);
  failure = $state.raw<Failure | null>(null);
  walk = $state<WalkName>('missed');
  cell = $state.raw<ConfusionCell>({ label: 'meningioma_tumor', answer: 'no_tumor' });
  index = $state(0);
  /** Slices that stay on the board beside the walk's. */
  pinned = $state.raw<readonly ReviewSlice[]>([]);
  models = $state.raw<readonly string[]>(['combined']);
  methods = $state.raw<readonly string[]>([mapName(defaultMap)]);
  classes = $state.raw<readonly (TumourClass | 'predicted')[]>(['predicted']);
  style = $state.raw<MapStyle>({ mode: 'blend', threshold: 0.5, opacity: 0.6 });
  isScaleCommon = $state(false);
  isDifferenceShown = $state(false);
  zoom = $state(1);
  /** Where the cursor is, as shares of the picture; null: nowhere. */
  cursor = $state.raw<{ x: number; y: number } | null>(null);
  readonly maps = new SvelteMap<string, LoadedMap>();
  readonly trust = new SvelteMap<string, MeasuredTrust | 'measuring'>();
  verdicts = $state.raw<readonly RecordedVerdict[]>([]);
  agreements = $state.raw<readonly ReviewerAgreement[]>([]);
  readonly #main: MainSide;
  readonly #pictures: PictureCaches;
  /** Maps that are being made, each with what stops it. */
  readonly #making = new SvelteMap<string, AbortController>();
  #cancel: AbortController | null = null;

  readonly queue = $derived(this.slices === null ? [] : walkThrough(this.slices, this.walk, this.cell));
  readonly current = $derived<ReviewSlice | null>(this.queue[this.index] ?? null);
  readonly rows = $derived([
    ...(this.current === null ? [] : [this.current]),
    ...this.pinned.filter((slice) => slice !== this.current),
  ]);
  readonly cells = $derived(this.rows.flatMap((slice) => this.#cellsOf(slice)));
  /** The largest value on the board. */
  readonly commonMaximum = $derived(
    Math.max(
      ...this.cells.map(({ key }) => {
        const loaded = this.maps.get(key);
        return loaded !== undefined && 'map' in loaded ? loaded.map.heatmap.maximum : 0;
      }),
      0,
    ),
  );

  constructor(main: MainSide, pictures: PictureCaches) {
    this.#main = main;
    this.audit = new AuditSession(main);
    this.outlines = new OutlineSession(main, () => this.trust.clear());
    this.#pictures = pictures;
  }

  /** Answers what is below the sources, and begins the first walk that has a slice. */
  async open(sources: readonly string[]): Promise<void> {
    this.#cancel?.abort();
    this.#cancel = new AbortController();
    this.opening = { done: 0 };
    this.failure = null;
    try {
      const set = await this.#main.runJob(
        'openReviewSet',
        { sources: [...sources] },
        { signal: this.#cancel.signal, onProgress: (done) => (this.opening = { done }) },
      );
      this.slices = set.slices;
      this.unreadable = set.failures.length;
      this.pinned = [];
      this.go('missed');
      if (this.queue.length === 0) this.go('mistakes');
      if (this.queue.length === 0) this.go('all');
      await this.refreshAgreement();
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code !== 'cancelled') this.failure = failure;
    } finally {
      this.opening = null;
    }
  }

  cancelOpening(): void {
    this.#cancel?.abort();
  }

  go(walk: WalkName): void {
    this.walk = walk;
    this.index = 0;
  }

  step(by: number): void {
    this.index = Math.min(Math.max(this.index + by, 0), Math.max(this.queue.length - 1, 0));
    this.outlines.giveUp();
  }

  /** Keeps the walk's slice on the board, or lets it go. */
  togglePin(): void {
    const { current } = this;
    if (current === null) return;
    this.pinned = this.pinned.includes(current)
      ? this.pinned.filter((slice) => slice !== current)
      : [...this.pinned, current].slice(-5);
  }

  /** Asks for what the board lacks, and for no longer what left it: a dear map would hold up the next slice's. */
  loadBoard(cells: readonly BoardCell[]): void {
    for (const [key, making] of this.#making)
      if (!cells.some((cell) => cell.key === key)) {
        making.abort();
        this.#making.delete(key);
      }
    for (const cell of cells) {
      const loaded = this.maps.get(cell.key);
      const isThere = loaded !== undefined && 'map' in loaded;
      if (!isThere && !this.#making.has(cell.key)) void this.#load(cell);
    }
  }

  /** What belongs to the walk's slice. */
  async loadNotes(slice: ReviewSlice | null): Promise<void> {
    await Promise.all([this.outlines.load(slice), this.#loadVerdicts(slice)]);
  }

  async measure({ key, slice, model, method, class: wanted }: BoardCell): Promise<void> {
    this.trust.set(key, 'measuring');
    try {
      const input = { slice: slice.slice, plane: slice.plane, model, method, class: wanted };
      const figures = await this.#main.runJob('measureTrust', input);
      this.trust.set(key, figures);
    } catch (error) {
      this.failure = toFailure(error);
      this.trust.delete(key);
    }
  }

  async judge(cell: BoardCell, verdict: AttentionVerdict, note: string, tags: string[]): Promise<void> {
    const loaded = this.maps.get(cell.key);
    if (loaded === undefined || 'failure' in loaded) return;
    const { model, method, slice } = cell;
    const of = { slice: slice.slice, model, method, class: loaded.map.heatmap.class };
    await this.#attempt(async () => {
      await this.#main.call('recordVerdict', { ...of, verdict, note, tags });
      await this.#loadVerdicts(this.current);
      await this.refreshAgreement();
    });
  }

  async exportFigure(
    format: FigureFormat,
    panels: { title: string; picture: Uint8Array<ArrayBuffer>; rows: number; columns: number }[],
    caption: string,
    columns: number,
  ): Promise<void> {
    await this.#attempt(async () =>
      receiveFile(await this.#main.runJob('exportFigure', { format, panels, caption, columns })),
    );
  }

  async refreshAgreement(): Promise<void> {
    ({ agreements: this.agreements } = await this.#main.call('compareReviewers', {}));
  }

  /** Handles of an exchanged store are void. */
  forget(): void {
    this.audit.forget();
    this.slices = null;
    this.pinned = [];
    this.maps.clear();
    this.trust.clear();
    for (const making of this.#making.values()) making.abort();
  }

  #cellsOf(slice: ReviewSlice): BoardCell[] {
    return this.models.flatMap((name) => {
      const model = name === 'plane' ? slice.answers[1]?.model : name;
      if (model === undefined) return [];
      return this.methods.flatMap((method) =>
        this.classes.map((wanted) => ({
          key: [slice.slice, model, method, wanted].join(' '),
          slice,
          model,
          method,
          class: wanted,
        })),
      );
    });
  }

  async #load({ key, slice, model, method, class: wanted }: BoardCell): Promise<void> {
    const stop = new AbortController();
    this.#making.set(key, stop);
    try {
      const asked = { slice: slice.slice, model, method, class: wanted };
      const [map, pixels] = await Promise.all([
        this.#main.runJob('explainForReview', asked, { signal: stop.signal }),
        this.#pictures.slices.get(slice.slice),
      ]);
      this.maps.set(key, { map, pixels });
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code !== 'cancelled') this.maps.set(key, { failure });
    } finally {
      if (this.#making.get(key) === stop) this.#making.delete(key);
    }
  }

  async #loadVerdicts(slice: ReviewSlice | null): Promise<void> {
    this.verdicts = [];
    if (slice === null) return;
    const { verdicts } = await this.#main.call('listVerdicts', { slice: slice.slice });
    if (this.current === slice) this.verdicts = verdicts;
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    this.failure = null;
    try {
      await work();
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code !== 'cancelled') this.failure = failure;
    }
  }
}
