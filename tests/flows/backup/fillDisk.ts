import assert from 'node:assert/strict';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { backUpFolder, restoreFolder } from '../../../src-main/calls/backUpStore.ts';
import { openCaseStore } from '../../../src-main/cases/openCaseStore.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { syntheticRecord } from '../store/syntheticRecord.ts';
import { fillStore, readWholeStore } from './wholeStore.ts';

/**
 * Backs a store of four megabytes up onto a disk of three, and restores it there over another store.
 * Arguments: a folder on a roomy disk, and the small one.
 */
const [roomy, disk] = process.argv.slice(2) as [string, string];
const isFull = (error: unknown): boolean => error instanceof UserError && error.code === 'disk-full';

const source = join(roomy, 'source');
await mkdir(roomy);
const store = await openCaseStore(source);
for (let number = 0; number < 40; number++) {
  // A picture of 96 kB that does not compress.
  const samples = Int16Array.from(
    { length: 24 * 2000 },
    (_, index) => Math.imul(index + number * 50_000, 0x9e3779b1) >> 16,
  );
  await store.record([syntheticRecord(number, { samples })]);
}
await store.close();

const task = { storeFolder: source, applicationVersion: 'test' };
await assert.rejects(backUpFolder({ ...task, file: join(disk, 'backup.zip') }), isFull);
assert.deepEqual(await readdir(disk), []);

const file = join(roomy, 'backup.zip');
await backUpFolder({ ...task, file });
const target = join(disk, 'store');
await fillStore(target, [70_000]);
const before = await readWholeStore(target);
await assert.rejects(restoreFolder({ storeFolder: target, file, isReplacing: true }), isFull);
assert.deepEqual(await readWholeStore(target), before);
assert.deepEqual((await readdir(target)).sort(), ['blobs', 'cases.db', 'restore.lock']);
