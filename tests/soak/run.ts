/**
 * `npm run soak [-- --analyses 5000]`: a workstation under constant use in fast-forward, for docs/reliability.md. Fails where
 * memory grows by more than 1 MB per 1,000 analyses after the warm-up (of 1,000 analyses and more), or where anything is left
 * behind.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { collectedFolderName } from './collectGarbage.ts';
import { leftBehind, soak } from './soak.ts';

const mostMbPerThousand = 1;

/**
 * Keeps what allocators hold in reserve small, so that resident memory is memory in use. glibc gives freed memory back:
 * what has 16 kB and more is mapped by itself, and smaller pieces come from one arena instead of fourteen. Left to
 * itself it kept 140 of 176 MB, and the top of its heap alone went up and down by 12 MB from round to round. A window's
 * main process has Chromium's allocator and not this one.
 */
const thrift = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_MAX_: '1000000',
  MALLOC_MMAP_THRESHOLD_: '16384',
  MALLOC_TOP_PAD_: '0',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

/** V8's young generation grew to 134 MB and back to 1 MB between two rounds; what is seldom full cannot be told from a leak. */
const smallYoungGeneration = '--max-semi-space-size=2';

if (process.env['MALLOC_ARENA_MAX'] === undefined) {
  // The allocator reads these at its start only.
  const words = [
    '--expose-gc',
    smallYoungGeneration,
    fileURLToPath(import.meta.url),
    ...process.argv.slice(2),
  ];
  const collected = mkdtempSync(join(tmpdir(), 'bratum-collected-'));
  const env = { ...process.env, ...thrift, [collectedFolderName]: collected };
  const { status } = spawnSync(process.execPath, words, { env, stdio: 'inherit' });
  rmSync(collected, { recursive: true });
  process.exit(status ?? 1);
}

// For its children: all that is resident in them when they are measured is to be in use.
const listening = new URL('collectOnSignal.ts', import.meta.url);
process.env['NODE_OPTIONS'] = `--expose-gc ${smallYoungGeneration} --import ${listening.href}`;

const { values } = parseArgs({ options: { analyses: { type: 'string', default: '5000' } } });
const isLong = Number(values.analyses) >= 1000;
const slicesPerRound = isLong ? 50 : 8;
const rounds = Math.ceil(Number(values.analyses) / slicesPerRound);
const warmUpRounds = Math.floor(rounds / 5);
const result = await soak(
  {
    rounds,
    slicesPerRound,
    readingsPerRound: 2,
    // The first belongs to the warm-up: what a process takes for its first training, it takes once.
    trainAfter: [Math.floor(warmUpRounds / 2), Math.floor(rounds / 2)],
    epochs: isLong ? 20 : 3,
    warmUpRounds,
    // More than SQLite's cache of 16 MB holds, so that the cache is full when counting starts.
    storedCases: isLong ? 8000 : 0,
  },
  (round, { mainMb, inferenceMb, handles, processes }) => {
    if (round % 10 !== 9) return;
    console.log(
      `${(round + 1) * slicesPerRound} analyses: main ${mainMb.toFixed(0)} MB, inference ${inferenceMb.toFixed(0)} MB, ${handles.length} open files, ${processes} processes`,
    );
  },
);
const { analyses, readings, trainings, seconds, mainMbPerThousand, inferenceMbPerThousand } = result;
console.log(`${analyses} analyses, ${readings} readings, ${trainings} trainings in ${seconds.toFixed(0)} s`);
if (isLong)
  console.log(
    `after the warm-up, per 1,000 analyses: main ${mainMbPerThousand.toFixed(2)} MB, inference ${inferenceMbPerThousand.toFixed(2)} MB (at most ${mostMbPerThousand})`,
  );
const left = leftBehind(result);
console.log(`left behind: ${left.length === 0 ? 'nothing' : left.join(', ')}`);
const grows = Math.max(mainMbPerThousand, inferenceMbPerThousand) > mostMbPerThousand;
process.exitCode = left.length > 0 || (isLong && grows) ? 1 : 0;
