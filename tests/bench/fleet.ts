import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { classifyPaths } from '../../src-main/calls/classifyPaths.ts';
import { openEngine } from '../../src-main/calls/openEngine.ts';
import { chunkSize } from '../../src-shared/domain/jobs.ts';
import { Fleet, type FleetWorker } from '../services/support/fleet.ts';
import { groupCpuMs } from '../services/support/groupCpuMs.ts';
import { startPostgres } from '../services/support/postgres.ts';
import { startRedis } from '../services/support/redis.ts';
import type { RunningServer } from '../services/support/startServer.ts';
import { benchPictures } from './benchPictures.ts';
import { measureCost, type Cost } from './measureCost.ts';
import type { Measurement } from './Measurement.ts';
import { usageOfTree } from './processTree.ts';
import { simulateFleet, type FleetTimes } from './simulateFleet.ts';

const chunksOfWorker = 10;
/** A worker's first chunks pay for its start. */
const warmChunks = 2;
const chunks = { one: chunksOfWorker + warmChunks, two: 2 * (chunksOfWorker + warmChunks) };
const idleMs = 20_000;
const limits = { twoWorkers: 1.7, overhead: 0.05 };

/** What was seen of a run between its warm-up and its end. */
interface SeenRun {
  slices: number;
  wallMs: number;
  /** Of the workers with their inference processes. */
  workerCpuMs: number;
  redisCpuMs: number;
  postgresCpuMs: number;
}

/**
 * A fleet of one and of two workers, each held to one core, against the batch in process on one core; the services are
 * real ones on loopback. Then a simulation with these times: checked against both runs, and asked about a hundred workers
 * and ten million slices. Needs Redis, PostgreSQL, `taskset`, and two cores.
 */
export async function benchFleet(): Promise<Measurement[]> {
  const pictures = await benchPictures(chunkSize * (chunks.one + chunks.two));
  const work = await mkdtemp(join(tmpdir(), 'bratum-fleet-bench-'));
  const [redis, postgres] = [await startRedis(), await startPostgres()];
  try {
    console.error(`A fleet over ${pictures.description} on ${availableParallelism()} cores.`);
    const fleet = new Fleet(redis, postgres, join(work, 'data'));
    const sets = await makeSets(pictures.files, work);
    const batch = await inProcess(sets.one);
    const submitting = await measureCost(async () => void (await fleet.submit(sets.two)));
    const two = await runWorkers(fleet, 2, redis, postgres);
    await fleet.submit(sets.one);
    const one = await runWorkers(fleet, 1, redis, postgres);
    const idleMsPerSecond = await measureIdle(fleet, redis, postgres);
    return report({ batch, submitMs: submitting.wallMs / chunks.two, one, two, idleMsPerSecond });
  } finally {
    await Promise.all([redis.stop(), postgres.stop()]);
    await rm(work, { recursive: true });
    await pictures.remove();
  }
}

/** Two folders without a picture in common, for one worker and for two. */
async function makeSets(files: readonly string[], work: string): Promise<{ one: string; two: string }> {
  const sets = { one: join(work, 'one'), two: join(work, 'two') };
  await mkdir(sets.one);
  await mkdir(sets.two);
  for (const [index, file] of files.entries()) {
    const folder = index < chunkSize * chunks.one ? sets.one : sets.two;
    const name = `${String(index).padStart(5, '0')}-${basename(file)}`;
    // Another content for each, also where the image set holds one picture twice; what stands behind a picture is ignored.
    await writeFile(join(folder, name), Buffer.concat([await readFile(file), Buffer.from(String(index))]));
  }
  return sets;
}

/** The batch of `classify` on the first core, warm. */
async function inProcess(folder: string): Promise<Cost & { slices: number }> {
  holdTo(process.pid, '0');
  const engine = openEngine({ pool: { processes: 1, threads: 1 } });
  const options = {
    model: 'combined',
    provider: 'cpu',
    explain: null,
    allSlices: true,
    onSkipped: () => undefined,
  } as const;
  let [slices, start]: [number, { at: number; cpuMs: number } | null] = [0, null];
  try {
    let seen = 0;
    for await (const { outcome } of classifyPaths([folder], engine, options, null)) {
      if (!outcome.ok) throw new Error(`a picture was not answered: ${outcome.error.code}`);
      if (++seen === chunkSize * warmChunks) start = { at: performance.now(), cpuMs: usageOfTree().cpuMs };
      else if (start !== null) slices++;
    }
    if (start === null) throw new Error('there were too few pictures');
    return { slices, wallMs: performance.now() - start.at, cpuMs: usageOfTree().cpuMs - start.cpuMs };
  } finally {
    engine.close();
    holdTo(process.pid, `0-${availableParallelism() - 1}`);
  }
}

/** Threads and later children stay there as well. */
function holdTo(pid: number | undefined, cores: string): void {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)], { stdio: 'ignore' });
}

/** Lets workers, each on a core of its own, carry out what is handed in. */
async function runWorkers(
  fleet: Fleet,
  count: number,
  redis: RunningServer,
  postgres: RunningServer,
): Promise<SeenRun> {
  const workers = Array.from({ length: count }, (_, index) => {
    const worker = fleet.startWorker();
    holdTo(worker.child.pid, String(index % availableParallelism()));
    return worker;
  });
  const chunksOf = ({ lines }: FleetWorker): number => lines.filter(({ type }) => type === 'chunk').length;
  const look = () => ({
    at: performance.now(),
    slices: workers
      .flatMap(({ lines }) => lines)
      .reduce((sum, { answered = 0, type }) => (type === 'chunk' ? sum + answered : sum), 0),
    workerCpuMs: workers.reduce((sum, { child }) => sum + groupCpuMs(child.pid), 0),
    redisCpuMs: redis.cpuMs(),
    postgresCpuMs: postgres.cpuMs(),
  });
  const total = count === 1 ? chunks.one : chunks.two;
  // From when all are warm until one has nothing more to take: then not all are at work any more.
  while (!workers.every((worker) => chunksOf(worker) >= warmChunks)) await wait(20);
  const first = look();
  while (workers.reduce((sum, worker) => sum + chunksOf(worker), 0) < total - count) await wait(20);
  const last = look();
  for (const { child, closed } of workers) {
    child.kill('SIGTERM');
    await closed;
  }
  return {
    slices: last.slices - first.slices,
    wallMs: last.at - first.at,
    workerCpuMs: last.workerCpuMs - first.workerCpuMs,
    redisCpuMs: last.redisCpuMs - first.redisCpuMs,
    postgresCpuMs: last.postgresCpuMs - first.postgresCpuMs,
  };
}

/** Processor time of each service for one worker that has nothing to do, for each second. */
async function measureIdle(
  fleet: Fleet,
  redis: RunningServer,
  postgres: RunningServer,
): Promise<FleetTimes['idleMsPerSecond']> {
  const { child, lines, closed } = fleet.startWorker();
  while (!lines.some(({ type }) => type === 'started')) await wait(20);
  await wait(2_000);
  const before = { queue: redis.cpuMs(), store: postgres.cpuMs() };
  await wait(idleMs);
  const used = { queue: redis.cpuMs() - before.queue, store: postgres.cpuMs() - before.store };
  child.kill('SIGTERM');
  await closed;
  return { queue: (1000 * used.queue) / idleMs, store: (1000 * used.store) / idleMs };
}

interface Findings {
  batch: Cost & { slices: number };
  submitMs: number;
  one: SeenRun;
  two: SeenRun;
  idleMsPerSecond: FleetTimes['idleMsPerSecond'];
}

const perSlice = ({ slices }: { slices: number }, ms: number): number => ms / slices;

/** Slices a second, had the services cost the workers' cores nothing. */
function rate({ slices, wallMs, redisCpuMs, postgresCpuMs }: SeenRun, workers: number): number {
  const sharesCores = workers >= availableParallelism();
  const lostMs = sharesCores ? (redisCpuMs + postgresCpuMs) / availableParallelism() : 0;
  return (1000 * slices) / (wallMs - lostMs);
}

function report({ batch, submitMs, one, two, idleMsPerSecond }: Findings): Measurement[] {
  const { peakRssMb } = usageOfTree();
  const inform = (name: string, value: number, unit: Measurement['unit']): Measurement => ({
    ...{ name, value, unit, limitName: null, limitValue: null, ratio: null, peakRssMb },
  });
  const [batchCpuMs, workerCpuMs] = [perSlice(batch, batch.cpuMs), perSlice(one, one.workerCpuMs)];
  const overhead = (workerCpuMs - batchCpuMs) / batchCpuMs;
  const speedUp = rate(two, 2) / rate(one, 1);
  const chunksSeen = (one.slices + two.slices) / chunkSize;
  const times: FleetTimes = {
    chunkMs: (1000 * chunkSize) / rate(one, 1),
    slicesInChunk: chunkSize,
    storeMs: (one.postgresCpuMs + two.postgresCpuMs) / chunksSeen,
    queueMs: (one.redisCpuMs + two.redisCpuMs) / chunksSeen,
    ...{ idleMsPerSecond, submitMs },
  };
  return [
    inform('batch in process, one core', (1000 * batch.slices) / batch.wallMs, 'images/s'),
    inform('one worker', rate(one, 1), 'images/s'),
    inform('one worker ÷ batch in process', (rate(one, 1) * batch.wallMs) / (1000 * batch.slices), 'share'),
    inform('two workers, services’ CPU taken off', rate(two, 2), 'images/s'),
    inform('two workers, as it was', (1000 * two.slices) / two.wallMs, 'images/s'),
    {
      ...inform('two workers ÷ one', speedUp, 'share'),
      ...{ limitName: 'at least', limitValue: limits.twoWorkers, ratio: speedUp / limits.twoWorkers },
    },
    inform('analysis, CPU for a slice', batchCpuMs, 'ms'),
    {
      ...inform('queue and store in the worker, share of the analysis’ CPU', overhead, 'share'),
      ...{ limitName: 'at most', limitValue: limits.overhead, ratio: overhead / limits.overhead },
    },
    inform('Redis, CPU for a slice', times.queueMs / chunkSize, 'ms'),
    inform('PostgreSQL, CPU for a slice', times.storeMs / chunkSize, 'ms'),
    inform('Redis, CPU for an idle worker’s second', idleMsPerSecond.queue, 'ms'),
    inform('PostgreSQL, CPU for an idle worker’s second', idleMsPerSecond.store, 'ms'),
    inform('handing in, clock for a slice', submitMs / chunkSize, 'ms'),
    ...simulated(times, one, two, inform),
  ];
}

/** The simulation beside both runs, then a hundred workers and ten million slices, and where more workers help no more. */
function simulated(
  times: FleetTimes,
  one: SeenRun,
  two: SeenRun,
  inform: (name: string, value: number, unit: Measurement['unit']) => Measurement,
): Measurement[] {
  const storeCores = availableParallelism();
  const checks = [one, two].map((seen, index) => {
    const fleet = { slices: seen.slices, workers: index + 1, submitters: 1, storeCores, isHandedIn: true };
    const error = simulateFleet(times, fleet).slicesPerSecond / rate(seen, index + 1) - 1;
    return inform(`simulated ÷ measured − 1, ${index + 1} worker(s)`, error, 'relative difference');
  });
  const large = { slices: 1e7, workers: 100, storeCores };
  const runs = [
    { ...large, submitters: 1 },
    { ...large, submitters: 16 },
    ...[100, 200, 400, 800, 1600].map((workers) => ({ ...large, workers, submitters: 1, isHandedIn: true })),
  ].map((fleet) => {
    const { slicesPerSecond, bottleneck, busy } = simulateFleet(times, fleet);
    const handed = 'isHandedIn' in fleet ? 'handed in before' : `${fleet.submitters} submitter(s)`;
    const shares = Object.entries(busy).map(([name, share]) => `${name} ${(100 * share).toFixed(0)} %`);
    return inform(
      `simulated: 10⁷ slices, ${fleet.workers} workers, ${handed}: ${bottleneck} (${shares.join(', ')})`,
      slicesPerSecond,
      'images/s',
    );
  });
  return [...checks, ...runs];
}
