import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chunkSize } from '../../src-shared/domain/jobs.ts';
import { Fleet, type FleetWorker, type WorkerLine } from '../services/support/fleet.ts';
import { groupCpuMs } from '../services/support/groupCpuMs.ts';
import { startPostgres } from '../services/support/postgres.ts';
import { startRedis } from '../services/support/redis.ts';
import type { RunningServer } from '../services/support/startServer.ts';
import { benchPictures } from './benchPictures.ts';
import { measureCost, type Cost } from './measureCost.ts';
import type { Measurement } from './Measurement.ts';
import { usageOfTree } from './processTree.ts';
import { simulateFleet, type FleetTimes } from './simulateFleet.ts';

/** Of one worker, its first ones aside; `BRATUM_BENCH_CHUNKS=N` takes fewer, for a look that says less. */
const chunksOfWorker = Number(process.env['BRATUM_BENCH_CHUNKS'] ?? 12);
/** A worker's first chunks pay for its start. */
const warmChunks = 2;
const chunks = { one: chunksOfWorker + warmChunks, two: 2 * (chunksOfWorker + warmChunks) };
/** How often one worker is compared with the batch. */
const comparisons = 2;
/** So long and so many that a clock of 10 ms sees what they cost: 0.03 ms of a worker's second. */
const idleMs = Math.min(40_000, 2_000 * chunksOfWorker);
const idleWorkers = 8;
const cores = availableParallelism();
const limits = { twoWorkers: 1.7, overhead: 0.05 };

interface SeenBatch extends Cost {
  slices: number;
}

/** What was seen of a run between its warm-up and its end. */
interface SeenRun {
  /** Done in this time; parts of slices are those of chunks in hand at its start and end. */
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
  const pictures = await benchPictures(chunkSize * (comparisons * chunks.one + chunks.two + warmChunks));
  const work = await mkdtemp(join(tmpdir(), 'bratum-fleet-bench-'));
  const [redis, postgres] = [await startRedis(), await startPostgres()];
  try {
    console.error(`A fleet over ${pictures.description} on ${cores} cores.`);
    const fleet = new Fleet(redis, postgres, join(work, 'data'));
    const sets = await makeSets(pictures.files, work);
    const submitting = await measureCost(async () => void (await fleet.submit(sets.two)));
    const two = await runWorkers(fleet, 2, redis, postgres);
    // In turns, with a batch at either end: a machine is a fifth quicker or slower some minutes later.
    const batches = [await inProcess(sets.warm, sets.ones[0]!)];
    const alone: SeenRun[] = [];
    for (const set of sets.ones) {
      await fleet.submit(set);
      alone.push(await runWorkers(fleet, 1, redis, postgres));
      batches.push(await inProcess(sets.warm, set));
    }
    const [one, batch] = [together(alone), together(batches)];
    const idleMsPerSecond = await measureIdle(fleet, redis, postgres);
    return report({ batch, submitMs: submitting.wallMs / chunks.two, one, two, idleMsPerSecond });
  } finally {
    await Promise.all([redis.stop(), postgres.stop()]);
    await rm(work, { recursive: true });
    await pictures.remove();
  }
}

/** Folders without a picture in common: for two workers, for each comparison of one with the batch, and to warm the batch with. */
interface PictureSets {
  ones: string[];
  two: string;
  warm: string;
}

async function makeSets(files: readonly string[], work: string): Promise<PictureSets> {
  let next = 0;
  const makeSet = async (name: string, chunkCount: number): Promise<string> => {
    const folder = join(work, name);
    await mkdir(folder);
    for (const file of files.slice(next, next + chunkCount * chunkSize)) {
      // Another content for each, also where the image set holds one picture twice; what stands behind a picture is ignored.
      const bytes = Buffer.concat([await readFile(file), Buffer.from(String(next))]);
      await writeFile(join(folder, `${String(next++).padStart(5, '0')}-${basename(file)}`), bytes);
    }
    return folder;
  };
  const [two, warm] = [await makeSet('two', chunks.two), await makeSet('warm', warmChunks)];
  const ones: string[] = [];
  for (let i = 0; i < comparisons; i++) ones.push(await makeSet(`one-${i}`, chunks.one));
  return { ones, two, warm };
}

/** The batch without a queue on the first core, warm, from nothing in hand to nothing in hand. */
async function inProcess(warm: string, pictures: string): Promise<SeenBatch> {
  const child = fork(fileURLToPath(new URL('fleetBatch.ts', import.meta.url)));
  holdTo(child.pid, '0');
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the batch ended with ${String(code)}`);
  });
  const classify = async (folder: string): Promise<number> => {
    const answer = once(child, 'message');
    child.send(folder);
    const [slices] = (await Promise.race([answer, ended])) as [number];
    return slices;
  };
  try {
    await classify(warm);
    const start = { at: performance.now(), cpuMs: groupCpuMs(child.pid) };
    const slices = await classify(pictures);
    return { slices, wallMs: performance.now() - start.at, cpuMs: groupCpuMs(child.pid) - start.cpuMs };
  } finally {
    child.disconnect();
    await ended.catch(() => undefined);
  }
}

/** Sums over runs. */
function together<Name extends string>(runs: readonly Record<Name, number>[]): Record<Name, number> {
  const sums = { ...runs[0]! };
  for (const run of runs.slice(1)) for (const name in sums) sums[name] += run[name];
  return sums;
}

/** Threads and later children stay there as well. */
function holdTo(pid: number | undefined, list: string): void {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', list, String(pid)], { stdio: 'ignore' });
}

/** What everybody had used at some time. */
interface Look {
  at: number;
  workerCpuMs: number;
  redisCpuMs: number;
  postgresCpuMs: number;
}

/**
 * Lets workers, each on a core of its own, carry out what is handed in. Seen is the time from when all are warm until the
 * first has nothing more to take. A worker has two chunks in hand, so at both ends of this time half-done ones: a chunk
 * counts by the share of its own time, from being claimed to being settled, that lies within.
 */
async function runWorkers(
  fleet: Fleet,
  count: number,
  redis: RunningServer,
  postgres: RunningServer,
): Promise<SeenRun> {
  const workers = Array.from({ length: count }, (_, index) => {
    const worker = fleet.startWorker();
    holdTo(worker.child.pid, String(index % cores));
    return worker;
  });
  const chunksOf = ({ lines }: FleetWorker) => lines.filter(({ type }) => type === 'chunk');
  const looks: Look[] = [];
  const total = count === 1 ? chunks.one : chunks.two;
  for (let seen = 0; seen < total; await wait(10)) {
    const done = workers.flatMap(chunksOf).length;
    if (done === seen) continue;
    seen = done;
    looks.push({
      at: performance.now(),
      workerCpuMs: workers.reduce((sum, { child }) => sum + groupCpuMs(child.pid), 0),
      redisCpuMs: redis.cpuMs(),
      postgresCpuMs: postgres.cpuMs(),
    });
  }
  for (const { child, closed } of workers) {
    child.kill('SIGTERM');
    await closed;
  }
  const warmAt = Math.max(...workers.map((worker) => chunksOf(worker)[warmChunks - 1]?.at ?? Infinity));
  const endedAt = Math.min(...workers.map((worker) => chunksOf(worker).at(-1)?.at ?? 0));
  const [first, last] = [looks.find(({ at }) => at >= warmAt), looks.find(({ at }) => at >= endedAt)];
  if (first === undefined || last === undefined || last.at <= first.at)
    throw new Error('the workers shared the chunks too unevenly to be measured');
  return {
    slices: workers.flatMap(chunksOf).reduce((sum, line) => sum + slicesWithin(line, first.at, last.at), 0),
    wallMs: last.at - first.at,
    workerCpuMs: last.workerCpuMs - first.workerCpuMs,
    redisCpuMs: last.redisCpuMs - first.redisCpuMs,
    postgresCpuMs: last.postgresCpuMs - first.postgresCpuMs,
  };
}

/** How much of a chunk was done between two times, had it gone on evenly. */
function slicesWithin({ at, answered = 0, elapsedMs = 0 }: WorkerLine, from: number, to: number): number {
  const withinMs = Math.min(at, to) - Math.max(at - elapsedMs, from);
  return elapsedMs === 0 ? 0 : (answered * Math.max(0, withinMs)) / elapsedMs;
}

/**
 * Processor time of each service for one worker that has nothing to do, for each second: what several cost, without what the
 * services take for themselves when nobody is there.
 */
async function measureIdle(
  fleet: Fleet,
  redis: RunningServer,
  postgres: RunningServer,
): Promise<FleetTimes['idleMsPerSecond']> {
  const alone = await usedMeanwhile(redis, postgres);
  const workers = Array.from({ length: idleWorkers }, () => fleet.startWorker());
  for (const { lines } of workers) while (!lines.some(({ type }) => type === 'started')) await wait(20);
  await wait(2_000);
  const watched = await usedMeanwhile(redis, postgres);
  for (const { child, closed } of workers) {
    child.kill('SIGTERM');
    await closed;
  }
  const perWorker = (service: 'queue' | 'store'): number =>
    Math.max(0, (1000 * (watched[service] - alone[service])) / idleMs / idleWorkers);
  return { queue: perWorker('queue'), store: perWorker('store') };
}

/** What the services use of the processor, ms, while nothing is asked of the fleet. */
async function usedMeanwhile(
  redis: RunningServer,
  postgres: RunningServer,
): Promise<{ queue: number; store: number }> {
  const before = { queue: redis.cpuMs(), store: postgres.cpuMs() };
  await wait(idleMs);
  return { queue: redis.cpuMs() - before.queue, store: postgres.cpuMs() - before.store };
}

interface Findings {
  batch: SeenBatch;
  submitMs: number;
  one: SeenRun;
  two: SeenRun;
  idleMsPerSecond: FleetTimes['idleMsPerSecond'];
}

const perSlice = ({ slices }: { slices: number }, ms: number): number => ms / slices;

/** Slices a second, had the services cost the workers' cores nothing. */
function rate({ slices, wallMs, redisCpuMs, postgresCpuMs }: SeenRun, workers: number): number {
  const sharesCores = workers >= cores;
  const lostMs = sharesCores ? (redisCpuMs + postgresCpuMs) / cores : 0;
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
    // A worker is busy all the time: its next chunk is in hand while it works. So its clock is its processor time, which
    // grows where two share what is between cores and memory; that is measured, and not made up.
    chunkMs: [one, two].map(({ slices, workerCpuMs }) => (chunkSize * workerCpuMs) / slices),
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
    inform('one worker, CPU for a slice', workerCpuMs, 'ms'),
    inform('two workers, CPU for a slice', perSlice(two, two.workerCpuMs), 'ms'),
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

/** The simulation, which knows processor times, beside the clock of both runs; then a hundred workers and ten million slices, and where more workers help no more. */
function simulated(
  times: FleetTimes,
  one: SeenRun,
  two: SeenRun,
  inform: (name: string, value: number, unit: Measurement['unit']) => Measurement,
): Measurement[] {
  const storeCores = cores;
  const workersOfMachine = 2;
  const checks = [one, two].map((seen, index) => {
    const workers = index + 1;
    const run = { slices: seen.slices, submitters: 1, storeCores, isHandedIn: true };
    const fleet = { ...run, workers, workersOfMachine: workers };
    const error = simulateFleet(times, fleet).slicesPerSecond / rate(seen, workers) - 1;
    return inform(`simulated ÷ measured − 1, ${workers} worker(s)`, error, 'relative difference');
  });
  const large = { slices: 1e7, workers: 100, storeCores, workersOfMachine };
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
