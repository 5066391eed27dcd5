import { describe, expect, it } from 'vitest';
import { GestureTracker, dragKind, type PointerPress } from './GestureTracker.ts';

const mouse = { pointerType: 'mouse', button: 0, shiftKey: false, ctrlKey: false };

function press(tracker: GestureTracker, change: Partial<PointerPress> = {}, isSpaceDown = false): void {
  tracker.press({ ...mouse, pointerId: 1, point: { x: 100, y: 100 }, ...change }, isSpaceDown);
}

describe('dragKind', () => {
  it('gives each button its job', () => {
    expect(dragKind(mouse, false)).toBe('window');
    expect(dragKind({ ...mouse, button: 1 }, false)).toBe('pan');
    expect(dragKind({ ...mouse, button: 2 }, false)).toBe('zoom');
    expect(dragKind({ ...mouse, shiftKey: true }, false)).toBe('pan');
    expect(dragKind(mouse, true)).toBe('pan');
    expect(dragKind({ ...mouse, ctrlKey: true }, false)).toBe('zoom');
    expect(dragKind({ ...mouse, button: 3 }, false)).toBe(null);
    expect(dragKind({ ...mouse, pointerType: 'touch' }, false)).toBe('window');
  });
});

describe('GestureTracker', () => {
  it('ignores a click that trembles, then reports the whole way', () => {
    const tracker = new GestureTracker();
    press(tracker);
    expect(tracker.move(1, { x: 102, y: 101 })).toEqual([]);
    expect(tracker.dragging).toBe(null);
    expect(tracker.move(1, { x: 110, y: 95 })).toEqual([{ kind: 'window', by: { x: 10, y: -5 } }]);
    expect(tracker.dragging).toBe('window');
    expect(tracker.move(1, { x: 111, y: 95 })).toEqual([{ kind: 'window', by: { x: 1, y: 0 } }]);
    tracker.release(1);
    expect(tracker.move(1, { x: 200, y: 95 })).toEqual([]);
    expect(tracker.dragging).toBe(null);
  });

  it('zooms about the place where the drag began, upwards to magnify', () => {
    const tracker = new GestureTracker();
    press(tracker, { button: 2 });
    const [action] = tracker.move(1, { x: 130, y: 0 });
    expect(action).toMatchObject({ kind: 'zoom', point: { x: 100, y: 100 } });
    expect(action?.kind === 'zoom' && action.factor).toBeCloseTo(Math.E, 12);
  });

  it('pinches with two fingers about their middle, and is silent until both are off', () => {
    const tracker = new GestureTracker();
    press(tracker, { pointerType: 'touch' });
    press(tracker, { pointerType: 'touch', pointerId: 2, point: { x: 200, y: 100 } });
    expect(tracker.move(2, { x: 300, y: 100 })).toEqual([
      { kind: 'pan', by: { x: 50, y: 0 } },
      { kind: 'zoom', factor: 2, point: { x: 200, y: 100 } },
    ]);
    tracker.release(1);
    expect(tracker.move(2, { x: 10, y: 10 })).toEqual([]);
    tracker.release(2);
    press(tracker, { pointerType: 'touch' });
    expect(tracker.move(1, { x: 90, y: 100 })).toEqual([{ kind: 'window', by: { x: -10, y: 0 } }]);
  });

  it('knows nothing of a pointer that only hovers', () => {
    expect(new GestureTracker().move(7, { x: 1, y: 1 })).toEqual([]);
  });
});
