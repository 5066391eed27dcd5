import { describe, expect, it } from 'vitest';
import { dragWindow } from './dragWindow.ts';

const file = { center: 400, width: 601 };

describe('dragWindow', () => {
  it('widens to the right and raises the centre downwards, a file ramp in 300 pixels', () => {
    expect(dragWindow(file, { x: 30, y: 0 }, file)).toEqual({ center: 400, width: 661 });
    expect(dragWindow(file, { x: 0, y: 15 }, file)).toEqual({ center: 430, width: 601 });
    expect(dragWindow(file, { x: -30, y: -15 }, file)).toEqual({ center: 370, width: 541 });
  });

  it('never narrows to an invalid window', () => {
    expect(dragWindow(file, { x: -10_000, y: 0 }, file).width).toBeCloseTo(1.6, 12);
    const small = { center: 0.505, width: 1.01 };
    expect(dragWindow(small, { x: -10_000, y: 0 }, small).width).toBeGreaterThan(1);
  });
});
