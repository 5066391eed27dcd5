import type { PickedFile } from '../../../src-shared/contract/bridge.ts';
import type { OpenedSource } from '../../../src-shared/contract/calls.ts';
import type {
  ImportedOutlines,
  OutlineRing,
  RegionOnSlice,
  ReviewSlice,
  SliceOutline,
} from '../../../src-shared/domain/review.ts';
import type { TumourClass } from '../../../src-shared/domain/tumourClass.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import { receiveFile } from '../../bridge/receiveFile.ts';
import { Task } from '../../bridge/Task.svelte.ts';

/** What can be brought from files: a mask of the slice, a folder of masks, a file of regions. */
export type Brought = 'mask' | 'masks' | 'regions';

/** A line that is being drawn, corner by corner. */
export interface Drawing {
  what: 'outline' | 'region';
  corners: OutlineRing;
}

/** Where the tumour of the walk's slice is, or is expected to be; drawing it, bringing it, taking it away. */
export class OutlineSession {
  outline = $state.raw<SliceOutline | null>(null);
  /** All of them, as they lie on the slice. */
  regions = $state.raw<readonly RegionOnSlice[]>([]);
  drawing = $state.raw<Drawing | null>(null);
  imported = $state.raw<ImportedOutlines | null>(null);
  readonly task: Task;
  readonly #main: MainSide;
  readonly #onChange: () => void;
  #slice: ReviewSlice | null = null;

  /** @param onChange - hears that an outline or a region is another one */
  constructor(main: MainSide, onChange: () => void) {
    this.#main = main;
    this.#onChange = onChange;
    this.task = new Task(main);
  }

  /** Shows what is known of a slice. */
  async load(slice: ReviewSlice | null): Promise<void> {
    this.#slice = slice;
    this.outline = null;
    this.regions = [];
    if (slice === null) return;
    await this.task.try(async () => {
      const [{ outline }, { regions }] = await Promise.all([
        this.#main.call('readOutline', { slice: slice.slice }),
        this.#main.call('listRegions', { slice: slice.slice }),
      ]);
      if (this.#slice !== slice) return;
      this.outline = outline;
      this.regions = regions;
    });
  }

  /** The regions in which the tumours of a class are expected on the slice. */
  expectedFor(wanted: TumourClass): readonly RegionOnSlice[] {
    return this.regions.filter(({ class: of, plane }) => of === wanted && plane === this.#slice?.plane);
  }

  begin(what: Drawing['what']): void {
    this.drawing = { what, corners: [] };
  }

  addCorner(x: number, y: number): void {
    if (this.drawing !== null) this.drawing = { ...this.drawing, corners: [...this.drawing.corners, [x, y]] };
  }

  removeCorner(): void {
    if (this.drawing !== null) this.drawing = { ...this.drawing, corners: this.drawing.corners.slice(0, -1) };
  }

  giveUp(): void {
    this.drawing = null;
  }

  /** Stores the outline that was drawn; with no corner it takes the newest back. */
  saveOutline(corners: OutlineRing): Promise<void> {
    return this.#change(async (slice) => {
      await this.#main.call('saveOutline', { slice, corners: plain(corners) });
    });
  }

  /** Stores the region that was drawn, or, with no corner, takes the one of that name back. */
  saveRegion(wanted: TumourClass, name: string, isMirrored: boolean, corners: OutlineRing): Promise<void> {
    return this.#change(async (slice, plane) => {
      if (plane === null) return;
      await this.#main.call('saveRegion', {
        slice,
        class: wanted,
        plane,
        name,
        isMirrored,
        corners: plain(corners),
      });
    });
  }

  /** Opens the system's dialog. */
  choose(what: Brought, set: readonly ReviewSlice[]): Promise<void> {
    const kind = what === 'masks' ? 'folder' : 'files';
    return this.#take(what, set, async () => (await this.#main.call('chooseSources', { kind })).sources);
  }

  /** Takes what the page's own dialog gave. */
  pick(what: Brought, set: readonly ReviewSlice[], files: readonly PickedFile[]): Promise<void> {
    return this.#take(what, set, () => this.#main.addFiles(files));
  }

  exportOutlines(slices: readonly ReviewSlice[]): Promise<void> {
    const handles = slices.map(({ slice }) => slice);
    return this.task.run('Writing masks', 'exportOutlines', { slices: handles }, receiveFile);
  }

  exportRegions(): Promise<void> {
    return this.task.run('Writing', 'exportRegions', {}, receiveFile);
  }

  async #take(
    what: Brought,
    set: readonly ReviewSlice[],
    hand: () => Promise<readonly OpenedSource[]>,
  ): Promise<void> {
    this.imported = null;
    let source: OpenedSource | undefined;
    await this.task.try(async () => ([source] = await hand()));
    if (source === undefined) return;
    const { source: handle } = source;
    if (what === 'regions')
      await this.#change(async () => {
        await this.#main.call('importRegions', { file: handle });
      });
    else await this.#bringMasks(handle, what === 'mask' ? set.filter((one) => one === this.#slice) : set);
  }

  async #bringMasks(masks: string, set: readonly ReviewSlice[]): Promise<void> {
    const slices = set.map(({ slice, name }) => ({ slice, name }));
    await this.task.run('Tracing masks', 'importOutlines', { masks, slices }, async (imported) => {
      this.imported = imported;
      this.#onChange();
      await this.load(this.#slice);
    });
  }

  async #change(work: (slice: string, plane: ReviewSlice['plane']) => Promise<void>): Promise<void> {
    const slice = this.#slice;
    if (slice === null) return;
    await this.task.try(async () => {
      await work(slice.slice, slice.plane);
      this.drawing = null;
      this.#onChange();
    });
    if (this.task.failure === null && this.#slice === slice) await this.load(slice);
  }
}

function plain(corners: OutlineRing): [number, number][] {
  return corners.map(([x, y]) => [x, y]);
}
