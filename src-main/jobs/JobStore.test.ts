import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SliceReference } from '../../src-shared/domain/jobs.ts';
import type { JobStore, SettledSlice } from './JobStore.ts';
import { openEmbedded, type JobServices } from './openEmbedded.ts';
import { readAnswers } from './readAnswers.ts';
import { readOverview } from './readOverview.ts';

let folder: string;
let services: JobServices;
let store: JobStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-jobs-'));
  services = await openEmbedded(folder);
  store = services.store;
});

afterEach(async () => {
  await services.close();
  await rm(folder, { recursive: true });
});

const wish = { model: 'auto', modelSet: 'models-1', provider: 'cpu', priority: 0 };

function slicesOf(...names: string[]): SliceReference[] {
  return names.map((name) => ({ path: `/${name}.png`, frame: null, fileHash: name, contentKey: name }));
}

function answered(...names: string[]): SettledSlice[] {
  return names.map((contentKey) => ({ contentKey, outcome: { ok: true, answer: { of: contentKey } } }));
}

async function submit(id: string, names: string[], priority = 0, modelSet = 'models-1'): Promise<number> {
  const own = { ...wish, priority, modelSet };
  await store.openSubmission(id, own);
  const added = await store.addChunk(id, `chunk of ${id}`, own, slicesOf(...names));
  await store.completeSubmission(id);
  return added;
}

test('a slice counts once, whoever submits it and how often; another set of models is other work', async () => {
  expect(await submit('first', ['a', 'b', 'a'])).toBe(2);
  expect(await submit('second', ['b', 'c'])).toBe(1);
  expect(await submit('third', ['a', 'b'])).toBe(0);
  expect(await submit('other models', ['a'], 0, 'models-2')).toBe(1);
  const { submissions, chunks } = await readOverview(store);
  expect(Object.fromEntries(submissions.map(({ id, slices }) => [id, slices]))).toEqual({
    first: 2,
    second: 2,
    third: 2,
    'other models': 1,
  });
  expect(chunks.waiting).toBe(3);
});

test('repeating what was acknowledged changes nothing', async () => {
  await submit('first', ['a', 'b']);
  expect(await store.addChunk('first', 'chunk of first', wish, slicesOf('a', 'b'))).toBe(2);
  const chunk = (await store.claim('chunk of first', 'w', false))!;
  await store.settle(chunk, answered('a', 'b'));
  await store.settle(chunk, [{ contentKey: 'a', outcome: { ok: true, answer: { of: 'somebody later' } } }]);
  expect(await allOf(readAnswers(store, 'first'))).toEqual([
    { path: '/a.png', frame: null, outcome: { ok: true, answer: { of: 'a' } } },
    { path: '/b.png', frame: null, outcome: { ok: true, answer: { of: 'b' } } },
  ]);
  expect((await readOverview(store)).chunks).toMatchObject({ waiting: 0, active: 0, done: 1 });
});

test('the urgent come first, and one chunk is taken by one worker', async () => {
  await submit('usual', ['a']);
  await submit('urgent', ['b'], 9);
  expect(await store.nextWaiting(5)).toEqual([
    { id: 'chunk of urgent', priority: 9 },
    { id: 'chunk of usual', priority: 0 },
  ]);
  expect(await store.claim('chunk of urgent', 'one', false)).toMatchObject({ attempts: 1, priority: 9 });
  expect(await store.claim('chunk of urgent', 'two', false)).toBeNull();
  expect(await store.claim('chunk of urgent', 'two', true)).toMatchObject({ attempts: 2 });
});

test('a chunk that is put back waits its time; one of a lost worker waits again', async () => {
  await submit('first', ['a']);
  await store.claim('chunk of first', 'one', false);
  await store.giveBack('chunk of first', 'one', 60_000);
  expect(await store.nextWaiting(5)).toEqual([]);
  expect((await readOverview(store)).chunks.waiting).toBe(1);
  await store.claim('chunk of first', 'one', false);
  const sign = { id: 'one', host: 'h', pid: 7, startedAt: 1, residentMb: 1 };
  expect(await store.heartbeat(sign)).toEqual(['chunk of first']);
  await store.recover();
  expect((await readOverview(store)).chunks.active).toBe(1);
  await store.dismissGone('h', (pid) => pid === 7);
  await store.recover();
  expect((await readOverview(store)).chunks).toMatchObject({ active: 0, waiting: 1 });
});

test('what is given up is a dead letter with its reason, and gets another chance when it is submitted again', async () => {
  await submit('first', ['a', 'b']);
  const chunk = (await store.claim('chunk of first', 'one', false))!;
  await store.keepAnswers(chunk, answered('a'));
  await store.abandon(chunk.id, { code: 'chunk-abandoned', detail: { attempts: 5 } });
  const { deadLetters, submissions } = await readOverview(store);
  expect(deadLetters).toMatchObject([{ path: '/b.png', error: { code: 'chunk-abandoned' } }]);
  expect(submissions[0]).toMatchObject({ answered: 1, dead: 1, waiting: 0 });
  expect(await submit('again', ['a', 'b'])).toBe(1);
  expect((await store.openSlices('chunk of again')).map(({ contentKey }) => contentKey)).toEqual(['b']);
});

test('cancelling takes back what waits and what is in hand, and keeps what is answered', async () => {
  await submit('first', ['a', 'b']);
  const chunk = (await store.claim('chunk of first', 'one', false))!;
  await store.keepAnswers(chunk, answered('a'));
  expect(await store.cancel('first')).toBe(true);
  expect(await store.cancel('nobody')).toBe(false);
  await store.settle(chunk, answered('b'));
  const { submissions, chunks } = await readOverview(store);
  expect(submissions[0]).toMatchObject({ answered: 1, cancelled: 1, waiting: 0 });
  expect(chunks).toMatchObject({ cancelled: 1, done: 0 });
  expect(await store.heartbeat({ id: 'one', host: 'h', pid: 7, startedAt: 1, residentMb: 1 })).toEqual([]);
});

async function allOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
