import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Cine } from './Cine.svelte.ts';
import { cineStep, type CineMode, type CinePlace } from './cineStep.ts';

function walk(count: number, mode: CineMode, steps: number): number[] {
  let place: CinePlace = { index: 0, direction: 1 };
  return Array.from({ length: steps }, () => (place = cineStep(place, count, mode)).index);
}

describe('cineStep', () => {
  it('begins again, or turns round without showing an end twice', () => {
    expect(walk(4, 'loop', 6)).toEqual([1, 2, 3, 0, 1, 2]);
    expect(walk(4, 'bounce', 8)).toEqual([1, 2, 3, 2, 1, 0, 1, 2]);
    expect(walk(2, 'bounce', 3)).toEqual([1, 0, 1]);
  });

  it('stays where there is nowhere to go', () => {
    expect(walk(1, 'loop', 2)).toEqual([0, 0]);
    expect(walk(1, 'bounce', 2)).toEqual([0, 0]);
  });
});

describe('Cine', () => {
  let nowMs = 0;
  let refresh: ((nowMs: number) => void) | null = null;

  beforeEach(() => {
    nowMs = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    vi.stubGlobal('requestAnimationFrame', (callback: (nowMs: number) => void) => {
      refresh = callback;
      return 1;
    });
    vi.stubGlobal('cancelAnimationFrame', () => (refresh = null));
  });

  afterEach(() => vi.unstubAllGlobals());

  /** A screen of 100 refreshes a second for so many seconds. */
  function pass(seconds: number): void {
    for (let frame = 0; frame < 100 * seconds; frame++) {
      nowMs += 10;
      refresh?.(nowMs);
    }
  }

  it('keeps the pace, follows a change of it, waits for what is late and stops', () => {
    const cine = new Cine();
    let [index, isReady] = [0, true];
    const stop = cine.run({
      count: () => 1000,
      index: () => index,
      isReady: () => isReady,
      go: (next) => (index = next),
    });
    pass(2);
    expect(index).toBe(20);
    cine.framesPerSecond = 30;
    pass(1);
    expect(Math.abs(index - 50)).toBeLessThanOrEqual(1);
    isReady = false;
    const before = index;
    pass(3);
    expect(index).toBe(before);
    isReady = true;
    pass(0.1);
    expect(index - before).toBeLessThanOrEqual(4);
    stop();
    pass(1);
    expect(index - before).toBeLessThanOrEqual(4);
  });
});
