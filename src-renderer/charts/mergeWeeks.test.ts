import { describe, expect, it } from 'vitest';
import type { WeekCounts } from '../../src-shared/domain/caseStatistics.ts';
import { mergeWeeks, weeksBetween } from './mergeWeeks.ts';

const week = (index: number): WeekCounts => ({
  monday: new Date(Date.UTC(2026, 0, 5 + 7 * index)).toISOString().slice(0, 10),
  cases: 1,
  analyses: 10 + index,
  readings: 2,
});

describe('weeks for a chart', () => {
  it('stay as they are where there is room', () => {
    const weeks = [week(0), week(1), week(2)];
    expect(mergeWeeks(weeks, 10)).toEqual(weeks.map((one) => ({ ...one, lastMonday: one.monday })));
  });

  it('lose nothing when they are added up, and the newest span is whole', () => {
    const weeks = Array.from({ length: 103 }, (_, index) => week(index));
    const spans = mergeWeeks(weeks, 26);
    expect(spans.length).toBe(26);
    const sum = (of: readonly WeekCounts[]) => of.reduce((total, { analyses }) => total + analyses, 0);
    expect(sum(spans)).toBe(sum(weeks));
    expect(spans.at(-1)).toMatchObject({ monday: week(99).monday, lastMonday: week(102).monday, cases: 4 });
    expect(spans[0]).toMatchObject({ monday: week(0).monday, cases: 3 });
  });

  it('have a bar of nothing where nothing happened', () => {
    expect(mergeWeeks([week(0), week(3)], 10).map(({ monday, cases }) => [monday, cases])).toEqual([
      [week(0).monday, 1],
      [week(1).monday, 0],
      [week(2).monday, 0],
      [week(3).monday, 1],
    ]);
  });

  it('are none of none', () => {
    expect(mergeWeeks([], 10)).toEqual([]);
  });
});

describe('the time between weeks', () => {
  it('counts both ends and the weeks in which nothing happened', () => {
    expect([weeksBetween([]), weeksBetween([week(0)]), weeksBetween([week(0), week(3)])]).toEqual([0, 1, 4]);
  });
});
