import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backUpFolder, restoreFolder } from '../../../src-main/calls/backUpStore.ts';
import { fillStore, readWholeStore, type WholeStore } from '../backup/wholeStore.ts';
import { randomNumbers } from '../store/syntheticRecord.ts';

const rounds = Array.from({ length: process.env['BRATUM_LONG'] === '1' ? 50 : 5 }, (_, round) => round);
const random = randomNumbers(20_260_202);
const pictures = 60;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-kill-backup-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Run {
  kill: () => void;
  /** Everything that was printed, once the process has died. */
  output: Promise<string>;
}

function start(script: string, ...words: string[]): Run {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  return { kill: () => child.kill('SIGKILL'), output: once(child, 'close').then(() => printed) };
}

describe('kill -9 in the middle of a backup', () => {
  const file = () => join(folder, 'backup.zip');
  const store = () => join(folder, 'store');

  beforeAll(() =>
    fillStore(
      store(),
      Array.from({ length: pictures }, (_, number) => number),
    ),
  );

  it.each(rounds)(
    'round %i leaves no backup, or a whole one, and loses nothing that was recorded',
    async (round) => {
      const before = await readWholeStore(store());
      await rm(file(), { force: true });
      // In every third round at any time, else between two pictures.
      const dieAfter = round % 3 === 2 ? -1 : 1 + Math.floor(random() * (pictures - 1));
      const words = [store(), file(), String((round + 1) * 1000), String(dieAfter)];
      const { kill, output } = start('backer.ts', ...words);
      if (dieAfter < 0) await wait(random() * 1500).then(kill);
      const printed = await output;
      expect(existsSync(file())).toBe(printed.includes('whole'));
      const recorded = printed
        .split('\n')
        .slice(0, -1)
        .filter((line) => /^\d+$/.test(line));
      const after = await readWholeStore(store());
      expect(after.slices.length).toBeGreaterThanOrEqual(before.slices.length + recorded.length);
      expect(after.audit.firstBroken).toBeNull();
      const names = new Set(after.slices.map(({ fileName }) => fileName));
      for (const number of recorded) expect(names).toContain(`IM-${number.padStart(4, '0')}.dcm`);
    },
  );

  it('and the next backup of that store is whole, and leaves nothing beside it', async () => {
    await backUpFolder({ storeFolder: store(), file: file(), applicationVersion: 'test' });
    await restoreFolder({ storeFolder: join(folder, 'again'), file: file(), isReplacing: false });
    expect(await readWholeStore(join(folder, 'again'))).toEqual(await readWholeStore(store()));
    expect((await readdir(folder)).sort()).toEqual(['again', 'backup.zip', 'store']);
  });
});

describe('kill -9 in the middle of restoring', () => {
  const file = () => join(folder, 'other.zip');
  const pristine = () => join(folder, 'pristine');
  let [oldStore, newStore]: WholeStore[] = [];

  beforeAll(async () => {
    const source = join(folder, 'source');
    await fillStore(
      source,
      Array.from({ length: 200 }, (_, number) => 50_000 + number),
    );
    await backUpFolder({ storeFolder: source, file: file(), applicationVersion: 'test' });
    await fillStore(pristine(), [70_001, 70_002, 70_003]);
    [oldStore, newStore] = [await readWholeStore(pristine()), await readWholeStore(source)];
  });

  /** What to wait for before killing, in the order in which it comes to be. */
  const moments = ['new/cases.db', 'ready', 'old/cases.db', 'old/blobs', 'done'];

  it.each(rounds)('round %i leaves the old store or the new one', async (round) => {
    const target = join(folder, `target-${round}`);
    await cp(pristine(), target, { recursive: true });
    const moment = join(target, 'restore', moments[round % moments.length] as string);
    const { kill, output } = start('restorer.ts', target, file());
    let hasEnded = false;
    void output.then(() => (hasEnded = true));
    while (!existsSync(moment) && !hasEnded) await nextTurn();
    kill();
    const wasRestored = (await output).includes('restored');
    const wasDecided =
      existsSync(join(target, 'restore', 'ready')) || existsSync(join(target, 'restore', 'done'));
    const found = await readWholeStore(target);
    if (wasRestored || wasDecided) expect(found).toEqual(newStore);
    else expect([oldStore, newStore]).toContainEqual(found);
    // What was left over is cleared away, and another attempt succeeds.
    expect(existsSync(join(target, 'restore'))).toBe(false);
    await restoreFolder({ storeFolder: target, file: file(), isReplacing: true });
    expect(await readWholeStore(target)).toEqual(newStore);
    await rm(target, { recursive: true });
  });
});
