import { beforeEach, describe, expect, it } from 'vitest';
import type { Point } from '../affine.ts';
import type { MeasurementKind } from './Measurement.ts';
import { Measurements } from './Measurements.svelte.ts';
import { Pen, type Paper } from './Pen.svelte.ts';
import type { SliceMeasurements } from './SliceMeasurements.svelte.ts';

/** Two CSS pixels a picture's pixel, 10 off on both sides. */
const imageToScreen = { a: 2, b: 0, c: 0, d: 2, e: 10, f: 10 };
const picture = { rows: 100, columns: 100 };

let marks: SliceMeasurements;
let pen: Pen;

beforeEach(() => {
  marks = new Measurements().of('slice');
  pen = new Pen();
});

const paper = (kind: MeasurementKind | null): Paper => ({ marks, picture, imageToScreen, kind });
const screen = (x: number, y: number): Point => ({ x: 2 * x + 10, y: 2 * y + 10 });

function drag(kind: MeasurementKind | null, from: Point, to: Point): boolean {
  const isTaken = pen.press(from, paper(kind));
  pen.move({ x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }, paper(kind));
  pen.move(to, paper(kind));
  pen.release(to, paper(kind));
  return isTaken;
}

function click(kind: MeasurementKind | null, at: Point): void {
  pen.move(at, paper(kind));
  pen.press(at, paper(kind));
  pen.release(at, paper(kind));
}

const points = () => marks.list.map((measurement) => measurement.points);

describe('Pen', () => {
  it('draws a length by one drag, or by two clicks', () => {
    drag('length', screen(10, 20), screen(40, 60));
    click('length', screen(70, 70));
    expect(pen.draft?.points).toHaveLength(2);
    click('length', screen(90, 75));
    expect(points()).toEqual([
      [
        { x: 10, y: 20 },
        { x: 40, y: 60 },
      ],
      [
        { x: 70, y: 70 },
        { x: 90, y: 75 },
      ],
    ]);
    expect(pen.draft).toBeNull();
    expect(marks.selection).toEqual({ id: marks.list[1]!.id, handle: null });
  });

  it('draws an angle by a drag and a click, or by three clicks', () => {
    drag('angle', screen(10, 10), screen(50, 10));
    expect(marks.list).toHaveLength(0);
    click('angle', screen(50, 40));
    for (const at of [screen(10, 60), screen(40, 60), screen(40, 90)]) click('angle', at);
    expect(points()).toEqual([
      [
        { x: 10, y: 10 },
        { x: 50, y: 10 },
        { x: 50, y: 40 },
      ],
      [
        { x: 10, y: 60 },
        { x: 40, y: 60 },
        { x: 40, y: 90 },
      ],
    ]);
  });

  it('does not measure nothing: a double click leaves the second point open', () => {
    click('length', screen(10, 10));
    click('length', screen(10, 10));
    expect(marks.list).toHaveLength(0);
    expect(pen.cancel()).toBe(true);
    expect([pen.draft, pen.cancel()]).toEqual([null, false]);
  });

  it('begins on the picture only, and ends on it', () => {
    drag('length', { x: 2, y: 2 }, screen(10, 10));
    expect(marks.list).toHaveLength(0);
    drag('length', screen(50, 50), screen(150, 50));
    expect(points()).toEqual([
      [
        { x: 50, y: 50 },
        { x: 100, y: 50 },
      ],
    ]);
  });

  it('moves a handle, whatever tool is chosen, and takes the whole drag back at once', () => {
    drag('length', screen(10, 20), screen(40, 60));
    expect(drag(null, screen(40, 60), screen(50, 20))).toBe(true);
    expect(points()[0]![1]).toEqual({ x: 50, y: 20 });
    marks.undo();
    expect(points()[0]![1]).toEqual({ x: 40, y: 60 });
    marks.undo();
    expect(marks.list).toHaveLength(0);
  });

  it('moves the whole by its line, and no further than the edge', () => {
    drag('length', screen(10, 20), screen(50, 20));
    drag(null, screen(30, 20), screen(35, 30));
    expect(points()[0]).toEqual([
      { x: 15, y: 30 },
      { x: 55, y: 30 },
    ]);
    drag(null, screen(35, 30), screen(99, 30));
    expect(points()[0]![1]).toEqual({ x: 100, y: 30 });
    expect(points()[0]![0]).toEqual({ x: 60, y: 30 });
  });

  it('moves one side of an ellipse only', () => {
    drag('ellipse', screen(20, 20), screen(60, 40));
    drag(null, screen(60, 30), screen(70, 90));
    expect(points()[0]).toEqual([
      { x: 20, y: 20 },
      { x: 70, y: 40 },
    ]);
  });

  it('chooses a handle by a click, and nothing by a press on the bare picture, which is not its own', () => {
    drag('length', screen(10, 20), screen(40, 60));
    click(null, screen(10, 20));
    expect(marks.selection?.handle).toBe(0);
    expect(pen.press(screen(80, 10), paper(null))).toBe(false);
    expect(marks.selection).toBeNull();
  });

  it('reaches a handle from 8 CSS pixels away', () => {
    drag('length', screen(10, 20), screen(40, 60));
    const beside = { x: screen(10, 20).x - 8, y: screen(10, 20).y };
    click(null, beside);
    expect(marks.selection?.handle).toBe(0);
  });
});
