import { invert, mapPoint, type Affine, type Point } from '../affine.ts';
import { findMeasurement, type Hold } from './findMeasurement.ts';
import { moveHandle, moveWhole } from './handles.ts';
import { pointCounts, type Measurement, type MeasurementKind, type PictureSize } from './Measurement.ts';
import type { SliceMeasurements } from './SliceMeasurements.svelte.ts';

/** What the pen writes on. */
export interface Paper {
  marks: SliceMeasurements;
  picture: PictureSize;
  /** To CSS pixels. */
  imageToScreen: Affine;
  /** What a press on the bare picture begins; null only takes hold of what is there. */
  kind: MeasurementKind | null;
}

/** A hand that clicks moves a little; beyond this many CSS pixels it drags. */
const dragThreshold = 3;

/** The id of a measurement that is not finished. */
export const draftId = 0;

interface Grip {
  hold: Hold;
  start: Point;
  /** As it was when it was taken hold of. */
  before: Measurement;
  isMoving: boolean;
}

/**
 * Draws measurements and takes hold of drawn ones, with one pointer. A point is set by a click, or by the end of
 * a drag from the one before, so a length is one drag or two clicks, an angle a drag and a click or three clicks.
 */
export class Pen {
  /** What is being drawn; its last point follows the pointer. */
  draft = $state.raw<Measurement | null>(null);
  #pressedAt: Point | null = null;
  #grip: Grip | null = null;

  /** @returns false where the press is not the pen's */
  press(at: Point, paper: Paper): boolean {
    this.#pressedAt = at;
    if (this.draft !== null) {
      this.#follow(at, paper);
      return true;
    }
    const hold = findMeasurement(paper.marks.list, paper.imageToScreen, at);
    const before = paper.marks.list.find(({ id }) => id === hold?.id);
    if (hold !== null && before !== undefined) {
      this.#grip = { hold, start: at, before, isMoving: false };
      return true;
    }
    paper.marks.select(null);
    if (paper.kind === null) return false;
    const place = onPicture(at, paper);
    if (place !== null) this.draft = { id: draftId, kind: paper.kind, points: [place, place] };
    return true;
  }

  /** Follows the pointer, pressed or not. */
  move(at: Point, paper: Paper): void {
    if (this.draft !== null) this.#follow(at, paper);
    else if (this.#grip !== null) this.#drag(this.#grip, at, paper);
  }

  release(at: Point, paper: Paper): void {
    const pressedAt = this.#pressedAt;
    this.#pressedAt = null;
    if (this.#grip !== null) {
      const { hold, isMoving } = this.#grip;
      this.#grip = null;
      paper.marks.settle();
      paper.marks.select(isMoving ? { ...hold, handle: null } : hold);
      return;
    }
    if (this.draft === null || pressedAt === null) return;
    // The first click sets the point that is there already, and a double click does not measure nothing.
    const lastSet = mapPoint(paper.imageToScreen, this.draft.points.at(-2)!);
    if (isFar(lastSet, at)) this.#setPoint(at, paper);
  }

  /** Forgets what is being drawn. @returns false where there was nothing */
  cancel(): boolean {
    const wasDrawing = this.draft !== null;
    this.draft = null;
    this.#grip = null;
    this.#pressedAt = null;
    return wasDrawing;
  }

  #drag(grip: Grip, at: Point, { marks, picture, imageToScreen }: Paper): void {
    grip.isMoving ||= isFar(grip.start, at);
    if (!grip.isMoving) return;
    const screenToImage = invert(imageToScreen);
    const [from, to] = [mapPoint(screenToImage, grip.start), mapPoint(screenToImage, at)];
    const by = { x: to.x - from.x, y: to.y - from.y };
    const { handle, id } = grip.hold;
    const moved =
      handle === null ? moveWhole(grip.before, by, picture) : moveHandle(grip.before, handle, to, picture);
    marks.replace(moved, `drag ${id} ${handle}`);
  }

  #follow(at: Point, { picture, imageToScreen }: Paper): void {
    if (this.draft === null) return;
    const { points } = this.draft;
    const place = clampTo(picture, mapPoint(invert(imageToScreen), at));
    this.draft = { ...this.draft, points: [...points.slice(0, -1), place] };
  }

  #setPoint(at: Point, paper: Paper): void {
    this.#follow(at, paper);
    if (this.draft === null) return;
    const { kind, points } = this.draft;
    if (points.length < pointCounts[kind]) {
      this.draft = { ...this.draft, points: [...points, points.at(-1)!] };
      return;
    }
    this.draft = null;
    paper.marks.add(kind, points);
  }
}

function isFar(from: Point, to: Point): boolean {
  return Math.hypot(to.x - from.x, to.y - from.y) >= dragThreshold;
}

function clampTo({ rows, columns }: PictureSize, { x, y }: Point): Point {
  return { x: Math.min(Math.max(x, 0), columns), y: Math.min(Math.max(y, 0), rows) };
}

/** The place under the pointer, null beside the picture. */
function onPicture(at: Point, { picture, imageToScreen }: Paper): Point | null {
  const place = mapPoint(invert(imageToScreen), at);
  const nearest = clampTo(picture, place);
  return nearest.x === place.x && nearest.y === place.y ? place : null;
}
