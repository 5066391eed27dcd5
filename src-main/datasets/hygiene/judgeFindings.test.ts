import { describe, expect, it } from 'vitest';
import type { FoundPicture } from '../../../src-shared/domain/hygiene.ts';
import { countFindings, judgeFindings, type FoundSets } from './judgeFindings.ts';

const pictures = new Map<number, FoundPicture>();
function put(id: number, facts: Partial<FoundPicture> = {}): void {
  const path = `${String.fromCharCode(96 + id)}.png`;
  const plain = {
    part: null,
    class: null,
    isClassByHand: false,
    rows: 100,
    columns: 100,
    isQuarantined: false,
  };
  pictures.set(id, { id, path, ...plain, ...facts });
}
const pictureOf = (id: number): FoundPicture | null => pictures.get(id) ?? null;

const nothing: FoundSets = {
  ...{ exact: [], samePixels: [], near: [], copies: [], sliceRuns: [] },
  ...{ strangers: [], doubts: [] },
};

describe('judgeFindings', () => {
  it('keeps the largest, then the one under Training, then the first by path', () => {
    put(1);
    put(2, { rows: 200 });
    put(3, { part: 'training' });
    const keeperOf = (ids: number[]) => judgeFindings('near', { ...nothing, near: [ids] }, pictureOf)[0];
    expect(keeperOf([1, 2, 3])).toMatchObject({ keeper: 2, drops: [1, 3], isResolved: false });
    expect(keeperOf([1, 2, 3])?.reason).toContain('The largest is kept, 100 × 200.');
    expect(keeperOf([1, 3])).toMatchObject({ keeper: 3, drops: [1] });
    put(4);
    expect(keeperOf([4, 1])).toMatchObject({ keeper: 1, drops: [4] });
  });

  it('counts what is in quarantine as gone', () => {
    put(5);
    put(6, { isQuarantined: true });
    const sets = { ...nothing, exact: [[5, 6]], copies: [[5, 6]] };
    expect(judgeFindings('exact', sets, pictureOf)[0]).toMatchObject({ isResolved: true, drops: [] });
    expect(countFindings(sets, pictureOf).exact).toEqual({ open: 0, resolved: 1 });
  });

  it('drops the test twin of a training picture', () => {
    put(7, { part: 'training' });
    put(8, { part: 'testing', rows: 900 });
    put(9, { part: 'testing' });
    const sets = {
      ...nothing,
      copies: [
        [7, 8],
        [8, 9],
      ],
    };
    expect(judgeFindings('leak', sets, pictureOf)).toMatchObject([{ keeper: 7, drops: [8] }]);
  });

  it('lets the majority decide about classes, and nobody where there is none', () => {
    put(10, { class: 'glioma_tumor' });
    put(11, { class: 'meningioma_tumor' });
    put(12, { class: 'glioma_tumor' });
    const judged = (ids: number[]) => judgeFindings('conflict', { ...nothing, copies: [ids] }, pictureOf);
    expect(judged([10, 11])).toMatchObject([{ keeper: null, drops: [10, 11] }]);
    expect(judged([10, 11, 12])).toMatchObject([
      { keeper: 10, drops: [11, 12], reason: '2 of 3 say Glioma.' },
    ]);
    expect(judged([10, 12])).toEqual([]);
  });

  it('suggests nothing for a run of slices, and forgets pictures that are gone', () => {
    const sets = { ...nothing, sliceRuns: [[1, 2, 3]], strangers: [{ id: 99, reason: '' }] };
    expect(judgeFindings('run', sets, pictureOf)).toMatchObject([
      { keeper: null, drops: [], isResolved: false },
    ]);
    expect(judgeFindings('stranger', sets, pictureOf)).toEqual([]);
  });
});
