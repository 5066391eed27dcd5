import { expect, test } from 'vitest';
import { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';
import { layOutMap } from './layOutMap.ts';
import { makeProjection, mapWidth } from './projectFeatures.ts';

const width = 8;

/** Two clouds, far apart. */
function clouds(each: number): Float32Array<ArrayBuffer> {
  const stream = new RandomStream(3);
  return Float32Array.from({ length: 2 * each * width }, (_, i) => {
    const cloud = i < each * width ? 0 : 20;
    return cloud + stream.uniform();
  });
}

const context = () => ({ signal: new AbortController().signal, progress: () => undefined });

test('the same seed gives the same map, on which what is near is near', async () => {
  const points = clouds(30);
  const map = await layOutMap(points, { width, seed: 7 }, context());
  expect(await layOutMap(points, { width, seed: 7 }, context())).toEqual(map);
  expect(Math.min(...map)).toBe(0);
  expect(Math.max(...map)).toBe(1);
  const cloudOf = (i: number): number => (i < 30 ? 0 : 1);
  const distance = (a: number, b: number): number =>
    Math.hypot(map[2 * a]! - map[2 * b]!, map[2 * a + 1]! - map[2 * b + 1]!);
  const all = Array.from({ length: 60 }, (_, i) => i);
  const nearest = all.map((a) =>
    all.filter((b) => b !== a).reduce((best, b) => (distance(a, b) < distance(a, best) ? b : best)),
  );
  expect(nearest.filter((b, a) => cloudOf(a) === cloudOf(b))).toHaveLength(60);
}, 60_000);

test('a map is cancelled while it is laid out', async () => {
  const cancel = new AbortController();
  const laid = layOutMap(
    clouds(200),
    { width, seed: 1 },
    { signal: cancel.signal, progress: () => cancel.abort() },
  );
  await expect(laid).rejects.toMatchObject({ code: 'cancelled' });
}, 60_000);

test('the projection keeps distances, and is the same every time', () => {
  const stream = new RandomStream(5);
  const some = () => Float32Array.from({ length: 1280 }, () => stream.uniform());
  const project = makeProjection(1280);
  const lengthOf = (a: Float32Array, b: Float32Array): number =>
    Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0));
  const ratios = Array.from({ length: 20 }, () => {
    const [a, b] = [some(), some()];
    return lengthOf(project(a), project(b)) / lengthOf(a, b);
  });
  expect(Math.min(...ratios)).toBeGreaterThan(0.65);
  expect(Math.max(...ratios)).toBeLessThan(1.35);
  const one = some();
  expect(makeProjection(1280)(one)).toEqual(project(one));
  expect(project(one)).toHaveLength(mapWidth);
});
