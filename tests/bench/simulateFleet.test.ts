import { expect, test } from 'vitest';
import { simulateFleet, type FleetTimes } from './simulateFleet.ts';

const times: FleetTimes = {
  ...{ chunkMs: [600, 660], slicesInChunk: 64, storeMs: 9, queueMs: 4, submitMs: 30 },
  idleMsPerSecond: { store: 0, queue: 0 },
};
const base = {
  slices: 64 * 100,
  workers: 1,
  workersOfMachine: 1,
  submitters: 1,
  storeCores: 2,
  isHandedIn: true,
};

test('one worker takes its chunks one after the other, and services cost it their first and last steps only', () => {
  const { wallMs, bottleneck, busy } = simulateFleet(times, base);
  expect(wallMs).toBeCloseTo(100 * 600 + (2 + 3 + 3 + 2), 6);
  expect(bottleneck).toBe('workers');
  expect(busy.workers).toBeCloseTo(1, 3);
});

test('workers add up until something else is busy all the time: then it sets the rate', () => {
  const rate = (workers: number): number => simulateFleet(times, { ...base, workers }).slicesPerSecond;
  expect(rate(2) / rate(1)).toBeCloseTo(2, 2);
  const many = { ...base, slices: 64 * 5_000, workers: 1_000 };
  const byQueue = simulateFleet(times, many);
  expect(byQueue.bottleneck).toBe('queue');
  expect(byQueue.slicesPerSecond).toBeCloseTo(64_000 / 4, -3);
  const bySubmitter = simulateFleet(times, { ...many, isHandedIn: false });
  expect(bySubmitter.bottleneck).toBe('submitters');
  expect(bySubmitter.slicesPerSecond).toBeCloseTo(64_000 / 30, -2);
});

test('two on one machine are as slow as they were measured together, and more were not measured', () => {
  const two = { ...base, workers: 2 };
  const apart = simulateFleet(times, two).slicesPerSecond;
  const together = simulateFleet(times, { ...two, workersOfMachine: 2 }).slicesPerSecond;
  expect(together / apart).toBeCloseTo(600 / 660, 3);
  expect(() => simulateFleet(times, { ...two, workersOfMachine: 3 })).toThrow(RangeError);
});

test('signs of life take their share of the services', () => {
  const many = { ...base, slices: 64 * 5_000, workers: 1_000 };
  const quiet = simulateFleet(times, many).slicesPerSecond;
  // A quarter of the queue's one thread: 0.25 ms a second for each of 1,000 workers.
  expect(
    simulateFleet({ ...times, idleMsPerSecond: { store: 0, queue: 0.25 } }, many).slicesPerSecond / quiet,
  ).toBeCloseTo(0.75, 2);
});
