import type { ChildProcess } from 'node:child_process';
import { watch } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bratum } from '../commandLine.ts';
import { randomNumbers } from '../store/syntheticRecord.ts';
import {
  linesOf,
  makeSmallTraining,
  outcomeOf,
  resumeWords,
  smallRecipe,
  trainWords,
  type SmallTraining,
} from './smallTraining.ts';

const isLong = process.env['BRATUM_LONG'] === '1';
const rounds = isLong ? 50 : 2;
const random = randomNumbers(20_261_124);

let folder: string;
let training: SmallTraining;
let expected: Record<string, unknown>;
/** How many kills came in time, and how many of those left a file half written. */
const seen = { kills: 0, halfWritten: 0 };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-kill-training-'));
  training = await makeSmallTraining(folder);
  const out = join(folder, 'uninterrupted');
  expect(await bratum(trainWords(training, out))).toMatchObject({ code: 0 });
  expected = await outcomeOf(out);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** New where the folder holds no run yet, else on with it. */
async function nextWords(out: string): Promise<string[]> {
  return (await isThere(join(out, 'run.json'))) ? resumeWords(out) : trainWords(training, out);
}

type Kill = (child: ChildProcess, out: string) => void;

/** At once when the n-th temporary file appears beside the checkpoints, n at random, before it has its content. */
const inWriting: Kill = (child, out) => {
  // Each appears and loses its name again: two events.
  let left = 1 + 2 * Math.floor(random() * 6);
  const watcher = watch(join(out, 'checkpoint'), (event, name) => {
    if (event === 'rename' && name?.endsWith('.part') === true && --left === 0) child.kill('SIGKILL');
  });
  child.once('exit', () => watcher.close());
};

/** Some milliseconds after some line: in a step, while pictures are loaded, in the validation. */
const inTraining: Kill = (child) => {
  const lines = 1 + Math.floor(random() * 5);
  killAfter(child, 80, (text) => text.split('\n').length > lines);
};

/** While the model is calibrated, judged and written. */
const inFinishing: Kill = (child) =>
  killAfter(child, 400, (text) =>
    text.includes(`"type":"checkpoint","epoch":${smallRecipe.epochs},"batch":0`),
  );

function killAfter(child: ChildProcess, mostMs: number, isDue: (stdout: string) => boolean): void {
  const delay = random() * mostMs;
  let text = '';
  child.stdout!.on('data', (chunk: string) => {
    const wasDue = isDue(text);
    text += chunk;
    if (!wasDue && isDue(text)) setTimeout(() => child.kill('SIGKILL'), delay);
  });
}

async function runAndKill(out: string, kill: Kill): Promise<void> {
  await mkdir(join(out, 'checkpoint'), { recursive: true });
  const { code } = await bratum(await nextWords(out), { onStart: (child) => kill(child, out) });
  if (code === null) seen.kills++;
  else expect(code).toBe(0);
  const left = await readdir(out, { recursive: true });
  if (left.some((name) => name.endsWith('.part'))) seen.halfWritten++;
}

describe.skipIf(process.platform === 'win32')('kill -9', () => {
  it.each(Array.from({ length: rounds }, (_, round) => round))(
    'round %i: killed again and again, a run ends with the same bits',
    async (round) => {
      const out = join(folder, `round-${round}`);
      const early = round % 2 === 0 ? [inWriting, inTraining] : [inTraining, inWriting];
      for (const kill of [...early, inFinishing]) await runAndKill(out, kill);
      expect(await bratum(await nextWords(out))).toMatchObject({ code: 0 });
      expect(await outcomeOf(out)).toEqual(expected);
      const left = (await readdir(out, { recursive: true })).filter((name) =>
        /lock|\.(part|new|old)$/.test(name),
      );
      expect(left).toEqual([]);
      await rm(out, { recursive: true });
    },
    300_000,
  );

  it('hit runs that were under way', () => {
    expect(seen.kills).toBeGreaterThanOrEqual(rounds);
  });

  // A few kills may all come too late for it.
  it.runIf(isLong)('hit some of them with a file half written (takes many kills, BRATUM_LONG=1)', () => {
    expect(seen.halfWritten).toBeGreaterThan(5);
  });
});

describe('Ctrl+C', () => {
  it.skipIf(process.platform === 'win32')(
    'ends with 130 and a checkpoint, from which the run goes on',
    async () => {
      const out = join(folder, 'interrupted');
      const { code, stdout, stderr } = await bratum(trainWords(training, out), {
        onStart: (child) => {
          let text = '';
          child.stdout!.on('data', (chunk: string) => {
            const isNew = text.split('"checkpoint"').length <= 3;
            text += chunk;
            // Once: a second one would end at once what is about to end in order.
            if (isNew && text.split('"checkpoint"').length > 3) child.kill('SIGINT');
          });
        },
      });
      expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
      const lines = linesOf<{ type: string; error?: { code: string } }>(stdout);
      expect(lines.at(-1)).toMatchObject({ type: 'failed', error: { code: 'cancelled' } });
      expect(lines.at(-2)).toMatchObject({ type: 'checkpoint' });
      expect(await readdir(out)).not.toContain('lock');
      expect(await readdir(join(out, 'checkpoint'))).toContain('last.bin');
      expect(await bratum(resumeWords(out))).toMatchObject({ code: 0 });
      expect(await outcomeOf(out)).toEqual(expected);
    },
  );
});
