import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, type TestContext } from 'vitest';
import type { SubmittedRun } from '../../src-shared/domain/jobs.ts';
import { RandomStream } from '../../src-shared/statistics/RandomStream.ts';
import { writeInventedPictures } from '../fixtures/writeInventedPictures.ts';
import { bratum } from '../flows/commandLine.ts';
import { makeSmallTraining, outcomeOf, smallRecipe, trainWords } from '../flows/training/smallTraining.ts';
import { Fleet, type FleetWorker } from './support/fleet.ts';
import { findPostgres, postgresPackage, startPostgres } from './support/postgres.ts';
import { findRedis, redisPackage, startRedis } from './support/redis.ts';
import { asked, isServiceRun, type RunningServer } from './support/startServer.ts';

const missing = [
  ...(findRedis() === null ? [redisPackage] : []),
  ...(findPostgres() === null ? [postgresPackage] : []),
];
const slow = 1_800_000;
const kills = process.env['BRATUM_LONG'] === '1' ? 20 : 2;

let work: string;
let redis: RunningServer | null = null;
let postgres: RunningServer | null = null;
let fleet: Fleet;
let workers: FleetWorker[] = [];

beforeEach(async () => {
  if (!isServiceRun || missing.length > 0) return;
  work = await mkdtemp(join(tmpdir(), 'bratum-fleet-'));
  [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  fleet = new Fleet(redis, postgres, join(work, 'data'));
});

afterEach(async () => {
  for (const { child, closed } of workers) {
    child.kill('SIGKILL');
    await closed;
  }
  workers = [];
  await Promise.all([redis?.stop(), postgres?.stop()]);
  if (isServiceRun && missing.length === 0) await rm(work, { recursive: true });
});

/** Flows against real servers are a loud skip in `npm test`, and a missing server a failure where they were asked for. */
function requireServices({ skip }: TestContext): void {
  if (!isServiceRun) skip(asked);
  if (missing.length > 0) throw new Error(`not installed: ${missing.join(', ')}`);
}

async function pictures(count: number): Promise<string> {
  const folder = join(work, 'pictures');
  await mkdir(folder);
  await writeInventedPictures(folder, count);
  return folder;
}

function startWorker(): FleetWorker {
  const worker = fleet.startWorker();
  workers.push(worker);
  return worker;
}

/** The first run that is at work and of which something holds. */
async function runOnce(holds: (run: SubmittedRun) => boolean): Promise<SubmittedRun> {
  for (;;) {
    const { runs } = await fleet.jobs();
    const found = runs.find((run) => run.state === 'active' && holds(run));
    if (found !== undefined) return found;
  }
}

/** Every slice once, and each with an answer. */
async function expectAnswers(submission: string, count: number): Promise<void> {
  const out = join(work, 'answers.jsonl');
  await fleet.jobs('--answers', submission, '--out', out);
  const lines = (await readFile(out, 'utf8')).trimEnd().split('\n');
  const answers = lines.map((line) => JSON.parse(line) as { file: string; class?: string });
  expect(new Set(answers.map(({ file }) => file)).size).toBe(count);
  expect(answers.filter((answer) => answer.class === undefined)).toEqual([]);
  expect(answers.length).toBe(count);
}

test(
  'submitting twice counts once; a worker that is told to stop finishes what it has',
  { timeout: slow },
  async (context) => {
    requireServices(context);
    const folder = await pictures(12);
    const first = await fleet.submit(folder);
    expect(first).toMatchObject({ found: 12, added: 12 });
    expect(await fleet.submit(folder)).toMatchObject({ found: 12, added: 0 });
    const worker = startWorker();
    while ((await fleet.jobs()).chunks['active'] === 0 && !worker.lines.some(({ type }) => type === 'chunk'));
    worker.child.kill('SIGTERM');
    expect(await worker.closed).toBe(0);
    expect(worker.lines.at(-1)).toMatchObject({ type: 'finished', chunks: 1, answered: 12 });
    const { submissions, chunks, workers: left } = await fleet.jobs();
    expect(submissions.map(({ answered, waiting }) => [answered, waiting])).toEqual([
      [12, 0],
      [12, 0],
    ]);
    expect(chunks).toMatchObject({ done: 1, waiting: 0, active: 0 });
    expect(left).toEqual([]);
    await expectAnswers(first.submission, 12);
  },
);

test(
  'a run whose worker is killed goes on from its checkpoint at another one, to the same bits',
  { timeout: slow },
  async (context) => {
    requireServices(context);
    const training = await makeSmallTraining(work);
    const recipe = { ...smallRecipe, epochs: 8 };
    const plan = { dataset: 'pictures', split: 'split.json', from: 'random', threads: 2, seeds: [1, 2] };
    await writeFile(join(work, 'plan.json'), JSON.stringify({ ...plan, recipe, out: 'runs' }));
    const handed = await fleet.submitTraining(join(work, 'plan.json'));
    expect(handed).toMatchObject({ runs: 2, added: 2 });
    const first = startWorker();
    const begun = await runOnce(({ path }) => existsSync(join(path, 'checkpoint', 'last.bin')));
    first.child.kill('SIGKILL');
    await first.closed;
    startWorker();
    const { deadLetters, runs } = await fleet.settled(handed.submission);
    expect(deadLetters).toEqual([]);
    expect(runs.map(({ state, result }) => [state, result?.seed])).toEqual([
      ['trained', 1],
      ['trained', 2],
    ]);
    const killed = runs.find(({ path }) => path === begun.path)!;
    expect(killed.attempts).toBeGreaterThan(1);
    const alone = join(work, 'alone');
    const own = ['--epochs', '8', '--seed', String(killed.result?.seed)];
    expect(await bratum(trainWords(training, alone, ...own))).toMatchObject({ code: 0 });
    expect(await outcomeOf(killed.path)).toEqual(await outcomeOf(alone));
  },
);

test(
  `killing a worker, Redis or PostgreSQL ${kills} times each loses no acknowledged job and doubles no result`,
  { timeout: slow * kills },
  async (context) => {
    requireServices(context);
    if (!isServiceRun) context.skip('takes minutes: npm run test:services runs it');
    const random = new RandomStream(9);
    // Enough that the last kills meet work as well.
    const count = 64 * 2 * kills;
    const folder = await pictures(count);
    const handed = await fleet.submit(folder);
    expect(handed.added).toBe(count);
    let worker = startWorker();
    for (let round = 0; round < 3 * kills; round++) {
      // Within a chunk, between two, while the worker starts, or while a server recovers from the last time.
      await wait(random.uniform() * 6_000);
      if (round % 3 === 0) {
        worker.child.kill('SIGKILL');
        await worker.closed;
        worker = startWorker();
      } else {
        const server = (round % 3 === 1 ? redis : postgres)!;
        await server.kill();
        await wait(random.uniform() * 1_000);
        await server.restart();
      }
      // Where all is done before the last kill, more of the same waits for the next one.
      expect((await fleet.submit(folder)).found).toBe(count);
    }
    const { submissions, deadLetters } = await fleet.settled(handed.submission);
    expect(deadLetters).toEqual([]);
    for (const one of submissions) expect(one).toMatchObject({ slices: count, answered: count, dead: 0 });
    await expectAnswers(handed.submission, count);
  },
);
