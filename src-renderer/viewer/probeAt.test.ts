import { describe, expect, it } from 'vitest';
import { pictureShape } from './pictureShape.ts';
import { probeAt } from './probeAt.ts';
import { tinySlice as slice } from './tinySlice.ts';
import { fittedView, imageToScreen } from './view.ts';

describe('probeAt', () => {
  it('reads modality values under the pointer, and nothing beside the picture', () => {
    const transform = imageToScreen(fittedView, pictureShape(slice), { width: 300, height: 300 });
    const at = (x: number, y: number) => probeAt(slice, transform, { x, y });
    expect(at(1, 51)).toEqual({ row: 0, column: 0, value: -98 });
    expect(at(299, 249)).toEqual({ row: 1, column: 2, value: -88 });
    expect(at(150, 40)).toBe(null);
    expect(at(301, 100)).toBe(null);
  });
});
