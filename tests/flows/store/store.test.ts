import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCaseStore } from '../../../src-main/cases/openCaseStore.ts';
import { hasSmallDisks, withSmallDisk } from '../../support/smallDisk.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-shared-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('two processes with one store', () => {
  /** Runs `writer.ts`, which records `count` slices from `first` on, one at a time. */
  async function writer(first: number, count: number): Promise<number | null> {
    const script = join(import.meta.dirname, 'writer.ts');
    const child = spawn(process.execPath, [script, join(folder, 'store'), String(first), String(count)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return code;
  }

  it('both create, both write, none loses anything', async () => {
    // Both begin with nothing, so both create and migrate; and they write the same ten patients.
    expect(await Promise.all([writer(0, 60), writer(30, 60), writer(60, 40)])).toEqual([0, 0, 0]);
    const store = await openCaseStore(join(folder, 'store'));
    const { cases, total } = await store.list({ search: '', offset: 0, limit: 500, identify: true });
    expect(total).toBe(10);
    expect(cases.reduce((sum, { slices }) => sum + slices, 0)).toBe(100);
    expect(cases.reduce((sum, { analyses }) => sum + analyses, 0)).toBe(160);
    expect(await store.verifyAuditTrail()).toEqual({ entries: 160, firstBroken: null });
    await store.close();
  });
});

describe('a disk that fills up', () => {
  it.skipIf(!hasSmallDisks)('loses nothing that was stored and goes on when there is room again', () => {
    const script = join(import.meta.dirname, 'fillDisk.ts');
    const { status, stderr } = withSmallDisk(folder, process.execPath, script, folder);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});
