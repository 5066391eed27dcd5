import { describe, expect, it } from 'vitest';
import type { DatasetPicture } from '../../../src-shared/domain/dataset.ts';
import { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';
import { planes } from '../../../src-shared/domain/plane.ts';
import { tumourClasses } from '../../../src-shared/domain/tumourClass.ts';
import { fingerprintOf, hashSplit, makeGroupedSplit, makePublishedSplit } from './makeSplit.ts';
import { splitParts, type Split } from './Split.ts';

/** Patients of 1 to 14 slices, of one class and mostly one plane, as the public set has them. */
function inventSet(count: number, seed: number): { pictures: DatasetPicture[]; groupOf: number[] } {
  const random = new RandomStream(seed);
  const pictures: DatasetPicture[] = [];
  const groupOf: number[] = [];
  while (pictures.length < count) {
    const first = pictures.length;
    const tumour = tumourClasses[random.integer(4)]!;
    const plane = planes[random.integer(3)]!;
    const size = Math.min(1 + random.integer(14), count - first);
    for (let k = 0; k < size; k++) {
      const at = String(first + k);
      groupOf.push(first);
      pictures.push({
        path: `${tumour}/${at}.png`,
        frame: null,
        part: null,
        class: tumour,
        plane,
        rows: 64,
        columns: 64,
        fileHash: at.padStart(64, '0'),
        pixelHash: at.padStart(64, '0'),
        patientKey: null,
        seriesKey: null,
      });
    }
  }
  return { pictures, groupOf };
}

function expectPartition(split: Split, fold: number): void {
  const all = splitParts.flatMap((part) => split.folds[fold]![part]);
  expect(all.toSorted((a, b) => a - b)).toEqual([...split.pictures.keys()]);
}

describe('makePublishedSplit', () => {
  it('makes 2,285 / 652 / 327 of the 3,264 pictures of the published project', () => {
    const { pictures } = inventSet(3264, 1);
    const { folds } = makePublishedSplit(pictures, 7);
    expect(splitParts.map((part) => folds[0]![part].length)).toEqual([2285, 652, 327]);
  });

  it.each([0, 1, 2, 3, 9, 10, 11, 101])('is a partition of %i pictures', (count) => {
    const split = makePublishedSplit(inventSet(count, 2).pictures, 3);
    expectPartition(split, 0);
  });

  it('depends on the seed alone', () => {
    const { pictures } = inventSet(300, 4);
    expect(makePublishedSplit(pictures, 5)).toEqual(makePublishedSplit(pictures, 5));
    expect(makePublishedSplit(pictures, 5).folds).not.toEqual(makePublishedSplit(pictures, 6).folds);
  });
});

describe('makeGroupedSplit', () => {
  const { pictures, groupOf } = inventSet(3000, 11);
  const groups = { groupingVersion: 1, groupOf };

  it.each([1, 3, 5, 10])('is a partition in each of %i folds, and divides no group', (folds) => {
    for (const seed of [1, 2, 3]) {
      const split = makeGroupedSplit(pictures, groups, { seed, folds });
      expect(split.folds).toHaveLength(folds);
      for (const [k, fold] of split.folds.entries()) {
        expectPartition(split, k);
        // As many groups in the parts together as there are: none is in two.
        const groupsOf = splitParts.map((part) => new Set(fold[part].map((i) => groupOf[i])));
        const total = groupsOf.reduce((sum, { size }) => sum + size, 0);
        expect(total).toBe(new Set(groupOf).size);
      }
    }
  });

  it('tests every picture in exactly one of K folds', () => {
    const split = makeGroupedSplit(pictures, groups, { seed: 1, folds: 5 });
    const tested = split.folds.flatMap(({ test }) => test);
    expect(tested.toSorted((a, b) => a - b)).toEqual([...pictures.keys()]);
  });

  it('keeps the mixture of class and plane within two groups of its due', () => {
    for (const [folds, shares] of [
      [1, [0.7, 0.2, 0.1]],
      [5, [0.6, 0.2, 0.2]],
    ] as const) {
      const split = makeGroupedSplit(pictures, groups, { seed: 3, folds });
      for (const fold of split.folds)
        for (const [p, part] of splitParts.entries())
          for (const tumour of tumourClasses)
            for (const plane of planes) {
              const isOf = (i: number): boolean =>
                pictures[i]!.class === tumour && pictures[i]!.plane === plane;
              const due = shares[p]! * [...pictures.keys()].filter(isOf).length;
              expect(Math.abs(fold[part].filter(isOf).length - due)).toBeLessThan(20);
            }
    }
  });

  it('gives the same split for the same seed, pinned', () => {
    const { sha256 } = makeGroupedSplit(pictures, groups, { seed: 7, folds: 5 });
    expect(sha256).toBe(makeGroupedSplit(pictures, groups, { seed: 7, folds: 5 }).sha256);
    expect(sha256).not.toBe(makeGroupedSplit(pictures, groups, { seed: 8, folds: 5 }).sha256);
  });

  it('puts one group that is larger than any part somewhere, whole', () => {
    const split = makeGroupedSplit(
      pictures.slice(0, 40),
      { groupingVersion: 1, groupOf: new Int32Array(40) },
      { seed: 1, folds: 1 },
    );
    expectPartition(split, 0);
    expect(split.folds[0]!.train).toHaveLength(40);
  });
});

describe('hashSplit and fingerprintOf', () => {
  it('notice any change', () => {
    const split = makePublishedSplit(inventSet(20, 1).pictures, 1);
    expect(hashSplit(split)).toBe(split.sha256);
    expect(hashSplit({ ...split, seed: 2 })).not.toBe(split.sha256);
    expect(hashSplit({ ...split, folds: [{ ...split.folds[0]!, test: [] }] })).not.toBe(split.sha256);
  });

  it('know a set of pictures by content, wherever it lies', () => {
    const { pictures } = inventSet(10, 1);
    const moved = pictures.map((picture) => ({ ...picture, path: `elsewhere/${picture.path}` })).reverse();
    expect(fingerprintOf(moved)).toBe(fingerprintOf(pictures));
    expect(fingerprintOf(pictures.slice(1))).not.toBe(fingerprintOf(pictures));
  });
});
