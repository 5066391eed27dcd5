import { beforeEach, describe, expect, it } from 'vitest';
import { Measurements } from './Measurements.svelte.ts';
import type { SliceMeasurements } from './SliceMeasurements.svelte.ts';

const picture = { rows: 50, columns: 50 };
const line = [
  { x: 5, y: 5 },
  { x: 15, y: 5 },
];

let all: Measurements;
let marks: SliceMeasurements;

beforeEach(() => {
  all = new Measurements();
  marks = all.of('first');
});

describe('SliceMeasurements', () => {
  it('takes back and does again, step by step', () => {
    marks.add('length', line);
    marks.add('ellipse', line);
    marks.remove(marks.list[0]!.id);
    expect(marks.list.map(({ kind }) => kind)).toEqual(['ellipse']);
    marks.undo();
    expect(marks.list.map(({ kind }) => kind)).toEqual(['length', 'ellipse']);
    marks.undo();
    marks.undo();
    expect([marks.list.length, marks.canUndo, marks.canRedo]).toEqual([0, false, true]);
    for (let step = 0; step < 3; step++) marks.redo();
    expect(marks.list.map(({ kind }) => kind)).toEqual(['ellipse']);
    expect(marks.canRedo).toBe(false);
  });

  it('forgets what was taken back when something new is done', () => {
    marks.add('length', line);
    marks.undo();
    marks.add('angle', [...line, { x: 9, y: 9 }]);
    expect(marks.canRedo).toBe(false);
  });

  it('takes back a row of nudges of one handle at once, but not of two', () => {
    const { id } = marks.add('length', line);
    marks.select({ id, handle: 0 });
    for (let press = 0; press < 3; press++) marks.nudge({ x: 1, y: 0 }, picture);
    marks.select({ id, handle: 1 });
    marks.nudge({ x: 0, y: 2 }, picture);
    expect(marks.list[0]!.points).toEqual([
      { x: 8, y: 5 },
      { x: 15, y: 7 },
    ]);
    marks.undo();
    expect(marks.list[0]!.points[1]).toEqual({ x: 15, y: 5 });
    marks.undo();
    expect(marks.list[0]!.points[0]).toEqual({ x: 5, y: 5 });
  });

  it('goes round the handles, and ends at the whole', () => {
    const { id } = marks.add('angle', [...line, { x: 9, y: 9 }]);
    const chosen = Array.from({ length: 5 }, () => {
      marks.selectNext();
      return marks.selection?.handle;
    });
    expect(chosen).toEqual([0, 1, 2, null, 0]);
    expect(marks.selection?.id).toBe(id);
  });

  it('selects nothing that is gone', () => {
    const { id } = marks.add('length', line);
    marks.remove(id);
    expect(marks.selected).toBeNull();
    marks.undo();
    marks.select({ id, handle: null });
    marks.undo();
    expect([marks.selection, marks.selected]).toEqual([null, null]);
  });
});

describe('Measurements', () => {
  it('keeps each slice’s own, and knows which have some', () => {
    marks.add('length', line);
    all.of('second').add('length', line);
    all.of('third');
    expect(all.of('first')).toBe(marks);
    expect(all.measured).toEqual(['first', 'second']);
    expect(all.of('second').list[0]!.id).not.toBe(marks.list[0]!.id);
    marks.undo();
    expect(all.measured).toEqual(['second']);
    all.clear();
    expect([all.measured, all.of('second').list]).toEqual([[], []]);
  });

  it('tells every change by hand, and takes in what was kept before without one', () => {
    const told: [string, number][] = [];
    const kept = new Measurements((slice, list) => told.push([slice, list.length]));
    const first = kept.of('first');
    first.add('length', line);
    first.adopt([{ kind: 'length', points: line }]);
    expect(told).toEqual([['first', 1]]);
    expect(first.list).toHaveLength(2);
    expect(new Set(first.list.map(({ id }) => id)).size).toBe(2);
    first.undo();
    expect(first.list.map(({ points }) => points)).toEqual([line]);
    first.redo();
    expect(told).toEqual([1, 1, 2].map((count) => ['first', count]));
    expect(kept.measured).toEqual(['first']);
  });
});
