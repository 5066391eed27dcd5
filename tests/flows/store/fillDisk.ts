import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openCaseStore } from '../../../src-main/cases/openCaseStore.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { syntheticRecord } from './syntheticRecord.ts';

/**
 * Fills a small file system with slices until it is full, makes room, goes on, and reads everything back.
 * Argument: a folder on that file system.
 */
const folder = process.argv[2] as string;
const ballast = join(folder, 'ballast');

/** A slice of 96 kB that does not compress. */
function noisyRecord(number: number) {
  const samples = Int16Array.from({ length: 24 * 2000 }, (_, index) => {
    return Math.imul(index + number * 50_000, 0x9e3779b1) >> 16;
  });
  return syntheticRecord(number, { samples });
}

await writeFile(ballast, new Uint8Array(1_000_000));
const store = await openCaseStore(join(folder, 'store'));
const isFull = (error: unknown) => error instanceof UserError && error.code === 'disk-full';

let stored = 0;
await assert.rejects(async () => {
  for (; ; stored++) await store.record([noisyRecord(stored)]);
}, isFull);
assert.ok(stored > 3, 'several slices fitted');
await assert.rejects(store.record([noisyRecord(stored)]), isFull);

await rm(ballast);
await store.record([noisyRecord(stored)]);
for (let number = 0; number <= stored; number++) {
  const { content, slice, analysis } = noisyRecord(number);
  const found = await store.recall(content, analysis.modelFingerprint);
  assert.deepEqual(await store.readSlice(`stored:${found?.id}`), slice);
}
assert.equal((await store.tidy(0)).abandonedFiles, 0);
await store.close();
