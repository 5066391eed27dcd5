/** What a workstation that was used leaves on the disk: who may read it, and what its diagnostics tell. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeDicom } from '../fixtures/writeDicom.ts';
import { OpenedWorkstation } from './openedWorkstation.ts';

const patient = 'SECRETNAME^ANN';
let folder: string;
let workstation: OpenedWorkstation;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-privacy-'));
  workstation = await OpenedWorkstation.open();
  const slice = {
    patientName: patient,
    patientId: 'SECRETID',
    seriesDescription: 'T1',
    instanceNumber: 1,
    rows: 64,
    columns: 64,
    samples: Uint16Array.from({ length: 64 * 64 }, (_, i) => (i * 31) % 4096),
  };
  await writeFile(join(folder, 'secretfile.dcm'), writeDicom(slice));
  await writeFile(join(folder, 'secretbroken.dcm'), writeDicom(slice).subarray(0, 400));
  const { outcome } = await workstation.job('openSources', { sources: workstation.addPaths(folder) });
  if (!outcome.ok) throw new Error(outcome.error.code);
  const { studies, failures } = outcome.value;
  expect(failures).toHaveLength(1);
  const slices = studies.flatMap(({ series }) =>
    series.flatMap((one) => one.slices.map((found) => found.slice)),
  );
  await workstation.job('analyseSlices', { slices, provider: 'cpu' });
  await workstation.call('recordReading', {
    scope: 'slice',
    slice: slices[0]!,
    finding: 'other',
    otherFinding: 'secretfinding',
  });
  // Every kind of database, and a call that fails on words of a person.
  await workstation.call('listDatasets', {});
  await workstation.call('listRuns', {});
  await expect(workstation.call('openCase', { id: 'secretcase' })).rejects.toThrow('case-unknown');
});

afterAll(async () => {
  await workstation.close();
  await rm(folder, { recursive: true });
});

test.skipIf(process.platform === 'win32')(
  'databases with their logs, pictures and the log belong to the user alone',
  async () => {
    const { storeFolder } = workstation;
    const names = await readdir(storeFolder, { recursive: true });
    expect(names).toEqual(expect.arrayContaining(['cases.db', 'cases.db-wal', join('logs', 'bratum.log')]));
    for (const name of names) {
      const { mode } = await stat(join(storeFolder, name));
      // A folder that only its owner enters keeps what is below it to its owner.
      expect([name, mode & 0o077]).toEqual([name, 0]);
    }
  },
);

test('diagnostics name version, machine, models and failures, and no patient, file, finding or folder', async () => {
  const { text } = await workstation.call('readDiagnostics', {});
  const facts = JSON.parse(text.slice(0, text.indexOf('\n\n'))) as Record<string, unknown>;
  expect(facts).toMatchObject({ application: { version: 'test', host: 'command-line' }, cases: 1 });
  expect(JSON.stringify(facts['models'])).toContain('combined');
  const lines = text
    .slice(text.indexOf('\n\n') + 2)
    .trim()
    .split('\n');
  const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(entries[0]).toMatchObject({ event: 'opened' });
  expect(entries.at(-1)).toMatchObject({ event: 'call-failed', call: 'openCase', code: 'case-unknown' });
  const log = await readFile(join(workstation.storeFolder, 'logs', 'bratum.log'), 'utf8');
  for (const secret of ['secret', folder, workstation.storeFolder])
    expect(`${text}${log}`.toLowerCase()).not.toContain(secret.toLowerCase());
});
