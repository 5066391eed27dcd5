import type { Interval } from './wilsonInterval.ts';

/**
 * The interval of a difference of two figures of separate samples, from the interval of each (MOVER, the method of
 * variance estimates recovery).
 *
 *     d = a - b
 *     lower = d - sqrt((a - l_a)² + (u_b - b)²),   upper = d + sqrt((u_a - a)² + (b - l_b)²)
 *
 * `l` and `u` are the ends of each figure's own interval, which need not be symmetric. Zou and Donner, Statistics in
 * Medicine 27 (2008); with Wilson's intervals it is Newcombe's method 10 (1998).
 */
export function differenceInterval(
  a: { value: number; interval: Interval },
  b: { value: number; interval: Interval },
): Interval {
  const difference = a.value - b.value;
  const below = Math.hypot(a.value - a.interval[0], b.interval[1] - b.value);
  const above = Math.hypot(a.interval[1] - a.value, b.value - b.interval[0]);
  return [difference - below, difference + above];
}
