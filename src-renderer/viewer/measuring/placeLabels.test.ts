import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';
import { placeLabels, type Box } from './placeLabels.ts';

const size = { width: 800, height: 600 };
const touches = (one: Box, other: Box): boolean =>
  one.left < other.left + other.width &&
  other.left < one.left + one.width &&
  one.top < other.top + other.height &&
  other.top < one.top + one.height;
const around = ({ x, y }: { x: number; y: number }): Box => ({
  left: x - 8,
  top: y - 8,
  width: 16,
  height: 16,
});

describe('placeLabels', () => {
  it('puts a label to the right of its line where there is room, to the left at the right edge', () => {
    const outline = [
      { x: 100, y: 100 },
      { x: 200, y: 100 },
    ];
    const [label] = placeLabels([{ outline, width: 60, height: 18 }], outline, size);
    expect(label).toEqual({ left: 214, top: 91, width: 60, height: 18 });
    const far = outline.map(({ x, y }) => ({ x: x + 590, y }));
    const [atEdge] = placeLabels([{ outline: far, width: 60, height: 18 }], far, size);
    expect(atEdge!.left + atEdge!.width).toBeLessThan(690);
  });

  it('covers no handle and no other label, for 100 viewports of five lines, and leaves none', () => {
    const random = new RandomStream(3);
    for (let run = 0; run < 100; run++) {
      const lines = Array.from({ length: 5 }, () => {
        const from = { x: random.uniform() * 800, y: random.uniform() * 600 };
        const to = {
          x: Math.min(800, from.x + random.uniform() * 150),
          y: Math.min(600, from.y + random.uniform() * 150),
        };
        return [from, to];
      });
      const labels = lines.map((outline) => ({ outline, width: 70, height: 18 }));
      const boxes = placeLabels(labels, lines.flat(), size);
      for (const [index, box] of boxes.entries()) {
        expect(box.left >= 0 && box.top >= 0 && box.left + 70 <= 800 && box.top + 18 <= 600).toBe(true);
        for (const handle of lines.flat()) expect(touches(box, around(handle))).toBe(false);
        for (const other of boxes.slice(index + 1)) expect(touches(box, other)).toBe(false);
      }
    }
  });
});
