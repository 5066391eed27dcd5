import { describe, expect, it } from 'vitest';
import { noGeometry } from '../../src-shared/domain/slice.ts';
import { directionLetters, edgeLetters } from './orientationLetters.ts';
import { fittedView, imageToScreen, mirror, turn, type View } from './view.ts';

const shape = { rows: 10, columns: 10, pixelAspect: 1 };

function letters(imageOrientationPatient: readonly number[] | null, view: View = fittedView) {
  return edgeLetters(
    { ...noGeometry, imageOrientationPatient },
    imageToScreen(view, shape, { width: 100, height: 100 }),
  );
}

describe('directionLetters', () => {
  it('names the six directions', () => {
    const directions = [
      [1, 0, 0],
      [-1, 0, 0],
      [0, 1, 0],
      [0, -1, 0],
      [0, 0, 1],
      [0, 0, -1],
    ];
    expect(directions.map(directionLetters)).toEqual(['L', 'R', 'P', 'A', 'H', 'F']);
  });

  it('adds a letter from 15° of tilt, the strongest first', () => {
    const tilted = (degrees: number) => {
      const angle = (degrees * Math.PI) / 180;
      return directionLetters([0, Math.cos(angle), -Math.sin(angle)]);
    };
    expect([14, 16, 44, 46, 76].map(tilted)).toEqual(['P', 'PF', 'PF', 'FP', 'F']);
    expect(directionLetters([0.6, -0.64, 0.48])).toBe('ALH');
  });
});

describe('edgeLetters', () => {
  it('labels the three planes as a radiologist expects them', () => {
    expect(letters([1, 0, 0, 0, 1, 0])).toEqual({ left: 'R', top: 'A', right: 'L', bottom: 'P' });
    expect(letters([0, 1, 0, 0, 0, -1])).toEqual({ left: 'A', top: 'H', right: 'P', bottom: 'F' });
    expect(letters([1, 0, 0, 0, 0, -1])).toEqual({ left: 'R', top: 'H', right: 'L', bottom: 'F' });
  });

  it('labels an oblique slice', () => {
    const [cosine, sine] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
    expect(letters([1, 0, 0, 0, cosine, sine])).toEqual({ left: 'R', top: 'AF', right: 'L', bottom: 'PH' });
  });

  it('follows turning and mirroring', () => {
    expect(letters([1, 0, 0, 0, 1, 0], turn(fittedView))).toEqual({
      left: 'P',
      top: 'R',
      right: 'A',
      bottom: 'L',
    });
    expect(letters([1, 0, 0, 0, 1, 0], mirror(fittedView))).toEqual({
      left: 'L',
      top: 'A',
      right: 'R',
      bottom: 'P',
    });
  });

  it('says nothing about a missing or impossible orientation', () => {
    const impossible = [
      null,
      [],
      [1, 0, 0],
      [0, 0, 0, 0, 0, 0],
      [1, 0, 0, 1, 0, 0],
      [Number.NaN, 0, 0, 0, 1, 0],
    ];
    expect(impossible.map((cosines) => letters(cosines))).toEqual(impossible.map(() => null));
  });
});
