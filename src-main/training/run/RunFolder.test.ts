import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inventedRun } from '../../../tests/fixtures/inventedRun.ts';
import { freshState, type Checkpoint } from './Checkpoint.ts';
import { RunFolder } from './RunFolder.ts';

const { run, split, start } = inventedRun();
const checkpoint: Checkpoint = {
  state: { ...freshState, step: 4, batch: 4 },
  vectors: new Map([['weights', Float32Array.of(1, 2)]]),
};
let parent: string;
let path: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'bratum-run-'));
  path = join(parent, 'run');
});

afterEach(() => rm(parent, { recursive: true }));

/** A run that was described and let go. */
async function makeRun(): Promise<void> {
  const folder = await RunFolder.create(path);
  await folder.describe(run, split, start);
  await folder.release();
}

/** Opens the folder, does something and lets go. */
async function inRun<Value>(use: (folder: RunFolder) => Promise<Value>): Promise<Value> {
  const folder = await RunFolder.reopen(path);
  try {
    return await use(folder);
  } finally {
    await folder.release();
  }
}

test('what a run began with comes back', async () => {
  await makeRun();
  await inRun(async (folder) => {
    expect(await folder.read()).toEqual({ run, split });
    expect(await folder.readStart()).toEqual(start.weights);
    expect(await folder.readStartImages()).toEqual([...start.trainingImages]);
    expect(await folder.readCheckpoint()).toBeNull();
    await expect(folder.readBest()).rejects.toMatchObject({ code: 'run-damaged' });
  });
});

test('a checkpoint comes back, and the history follows it', async () => {
  await makeRun();
  await inRun(async (folder) => {
    await folder.writeCheckpoint(checkpoint);
    await folder.writeBest(Float32Array.of(5));
    expect(await folder.readCheckpoint()).toEqual(checkpoint);
    expect(await folder.readBest()).toEqual(Float32Array.of(5));
  });
  expect(JSON.parse(await readFile(join(path, 'history.json'), 'utf8'))).toEqual({ epochs: [] });
});

test('a folder with a run takes no second one, and one without cannot be resumed', async () => {
  await expect(RunFolder.reopen(path)).rejects.toMatchObject({
    code: 'run-not-found',
    detail: { folder: 'run' },
  });
  await mkdir(path);
  await expect(RunFolder.reopen(path)).rejects.toMatchObject({ code: 'run-not-found' });
  await makeRun();
  await expect(RunFolder.create(path)).rejects.toMatchObject({
    code: 'run-exists',
    detail: { folder: 'run' },
  });
  expect(await readdir(path)).not.toContain('lock');
});

test('a run killed before run.json can be begun again, and does not inherit checkpoints', async () => {
  await makeRun();
  await inRun((folder) => folder.writeCheckpoint(checkpoint));
  await rm(join(path, 'run.json'));
  await makeRun();
  expect(await inRun((folder) => folder.readCheckpoint())).toBeNull();
});

test('a file where the folder belongs is a typed error', async () => {
  await writeFile(path, '');
  await expect(RunFolder.create(path)).rejects.toMatchObject({ code: 'folder-unwritable' });
});

describe('damage is found, named and typed', () => {
  const flipped = (bytes: Buffer): Buffer => {
    const changed = Buffer.from(bytes);
    changed[bytes.length >> 1]! ^= 1;
    return changed;
  };
  const otherSplit = `${JSON.stringify(inventedRun(2).split)}\n`;

  test.each([
    ['run.json', () => Buffer.from('{"schemaVersion":1}')],
    ['run.json', (bytes: Buffer) => bytes.subarray(0, 100)],
    ['split.json', flipped],
    ['split.json', () => Buffer.from(otherSplit)],
    ['split.json', () => null],
    ['checkpoint/start.bin', flipped],
    ['checkpoint/start.bin', () => null],
    ['checkpoint/start-images.txt', () => null],
    ['checkpoint/last.bin', flipped],
    ['checkpoint/best.bin', (bytes: Buffer) => bytes.subarray(1)],
  ])('%s', async (name, damage) => {
    await makeRun();
    await inRun(async (folder) => {
      await folder.writeCheckpoint(checkpoint);
      await folder.writeBest(Float32Array.of(5));
    });
    const file = join(path, name);
    const damaged = damage(await readFile(file));
    if (damaged === null) await rm(file);
    else await writeFile(file, damaged);
    const all = inRun(async (folder) => {
      await folder.read();
      await folder.readStart();
      await folder.readStartImages();
      await folder.readCheckpoint();
      await folder.readBest();
    });
    await expect(all).rejects.toMatchObject({
      code: 'run-damaged',
      detail: { folder: 'run', reason: expect.stringContaining(name) as string },
    });
  });
});

describe('the lock', () => {
  const lock = (): string => join(path, 'lock');
  const busy = { code: 'run-busy', detail: { folder: 'run' } };

  test('a process that trains in the folder keeps others out until it ends', async () => {
    await makeRun();
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    try {
      await writeFile(lock(), String(other.pid));
      await expect(RunFolder.reopen(path)).rejects.toMatchObject(busy);
      expect(await readFile(lock(), 'utf8')).toBe(String(other.pid));
    } finally {
      other.kill('SIGKILL');
      await once(other, 'exit');
    }
    await inRun(async () => {
      expect(await readFile(lock(), 'utf8')).toBe(String(process.pid));
    });
    expect(await readdir(path)).not.toContain('lock');
  });

  test('the same process cannot have it twice', async () => {
    await makeRun();
    await inRun(() => expect(RunFolder.reopen(path)).rejects.toMatchObject(busy));
    await inRun(() => Promise.resolve());
  });

  test.each([
    ['of no number', 'nobody'],
    ['that was never written', ''],
    ['with this process’s number from before a restart', String(process.pid)],
  ])('one %s is taken over', async (_, content) => {
    await makeRun();
    await writeFile(lock(), content);
    await inRun(() => Promise.resolve());
  });

  test('one from before the machine started is taken over, whoever has the number now', async () => {
    await makeRun();
    await writeFile(lock(), String(process.ppid));
    await expect(RunFolder.reopen(path)).rejects.toMatchObject(busy);
    await utimes(lock(), 1, 1);
    await inRun(() => Promise.resolve());
  });
});
