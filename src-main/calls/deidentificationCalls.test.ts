import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPromise } from 'yauzl';
import type { HostEvent } from '../../src-shared/contract/events.ts';
import { strictestDeidentification } from '../../src-shared/domain/deidentification.ts';
import { writeBitmap } from '../../tests/fixtures/images/writeBitmap.ts';
import { writeDicom } from '../../tests/fixtures/writeDicom.ts';
import type { CaseStore } from '../cases/CaseStore.ts';
import { walkFiles } from '../images/walk/walkFiles.ts';
import { deidentificationCalls } from './deidentificationCalls.ts';
import type { Host } from './Host.ts';
import { Jobs } from './Jobs.ts';
import { OpenedSlices } from './OpenedSlices.ts';
import type { Parts } from './Parts.ts';

let folder: string;
let events: HostEvent[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-deidentification-'));
  await mkdir(join(folder, 'in'));
  events = [];
});

afterEach(() => rm(folder, { recursive: true }));

/** Handles of two slices of one patient, and of a bitmap. */
async function open(slices: OpenedSlices): Promise<string[]> {
  const samples = new Uint16Array(16).fill(9);
  for (const instanceNumber of [1, 2]) {
    const slice = {
      patientName: 'Miller^Ann',
      seriesDescription: 'T1',
      instanceNumber,
      rows: 4,
      columns: 4,
      samples,
    };
    await writeFile(join(folder, 'in', `${instanceNumber}.dcm`), writeDicom(slice));
  }
  const handles: string[] = [];
  for await (const item of walkFiles([join(folder, 'in')]))
    if (item.kind === 'file') handles.push(...(await slices.register(item.file)).map(({ handle }) => handle));
  return handles;
}

function parts(chooseTarget: Host['chooseTarget']): Parts {
  const emit = (event: HostEvent): void => void events.push(event);
  const host: Host = { name: 'browser', version: 'test', choosePaths: null, chooseTarget, emit };
  // Slices of opened files never ask the store.
  const slices = new OpenedSlices(null as unknown as CaseStore);
  return { host, slices, jobs: new Jobs(emit) } as unknown as Parts;
}

/** How the job ended. */
async function endOf(job: Promise<{ job: string }>, { jobs }: Parts): Promise<unknown> {
  const { job: name } = await job;
  while (!events.some((event) => event.name === 'jobEnded' && event.payload.job === name))
    await new Promise((resolve) => setTimeout(resolve, 5));
  await jobs.close();
  const end = events.find((event) => event.name === 'jobEnded' && event.payload.job === name);
  return end?.name === 'jobEnded' ? end.payload.outcome : null;
}

const intoFolder: Host['chooseTarget'] = (name) =>
  Promise.resolve({
    path: join(folder, name),
    handOver: () => Promise.resolve('/delivered'),
    giveUp: () => Promise.resolve(),
  });

test('opened slices leave as one zip of neutral names, each file once', async () => {
  const shared = parts(intoFolder);
  const handles = await open(shared.slices);
  const request = { slices: [...handles, ...handles], options: strictestDeidentification };
  const outcome = await endOf(deidentificationCalls(shared).deidentify(request), shared);
  expect(outcome).toMatchObject({
    ok: true,
    value: { address: '/delivered', report: { files: 2, patients: 1, series: 1 }, failures: [], skipped: [] },
  });
  const [name] = (await readdir(folder)).filter((found) => found.endsWith('.zip'));
  const zip = await openPromise(join(folder, name ?? ''), { autoClose: false });
  const names: string[] = [];
  for await (const entry of zip.eachEntry()) {
    names.push(entry.fileName);
    const bytes = await buffer(await zip.openReadStreamPromise(entry));
    expect(bytes.toString('latin1')).not.toMatch(/miller/i);
    expect(bytes.toString('latin1', 128, 132)).toBe('DICM');
  }
  zip.close();
  expect(names).toHaveLength(2);
  expect(new Set(names.map((found) => found.split('/').slice(0, 2).join())).size).toBe(1);
  expect(names.join()).toMatch(/^(2\.25\.\d+[/,]|\.dcm)+/);
});

test('a preview writes nothing and shows values', async () => {
  const shared = parts(null);
  const request = { slices: await open(shared.slices), options: strictestDeidentification };
  const outcome = await endOf(deidentificationCalls(shared).previewDeidentification(request), shared);
  expect(outcome).toMatchObject({ ok: true });
  const { value } = outcome as { value: { report: { attributes: unknown[] } } };
  const name = { attribute: 'PatientName', fate: 'replaced', files: 2, values: ['Miller^Ann'] };
  expect(value.report.attributes).toContainEqual(name);
});

test('a closed dialog ends the job before any file is read; so does an unknown slice', async () => {
  const shared = parts(() => Promise.resolve(null));
  const request = { slices: await open(shared.slices), options: strictestDeidentification };
  expect(await endOf(deidentificationCalls(shared).deidentify(request), shared)).toMatchObject({
    ok: false,
    error: { code: 'cancelled' },
  });
  const unknown = { ...request, slices: ['slice:of-a-case'] };
  expect(await endOf(deidentificationCalls(shared).deidentify(unknown), shared)).toMatchObject({
    ok: false,
    error: { code: 'handle-unknown' },
  });
});

test('where no file is a DICOM picture, none is delivered', async () => {
  const shared = parts(intoFolder);
  const pixels = [
    [0, 1],
    [2, 3],
  ];
  const palette = [0, 80, 160, 240].map((grey) => [grey, grey, grey, 0]);
  await writeFile(
    join(folder, 'in', 'a.bmp'),
    writeBitmap({ rows: 2, columns: 2, bitsPerPixel: 8, palette, pixels }),
  );
  const handles: string[] = [];
  for await (const item of walkFiles([join(folder, 'in')]))
    if (item.kind === 'file')
      handles.push(...(await shared.slices.register(item.file)).map(({ handle }) => handle));
  expect(handles).toHaveLength(1);
  const request = { slices: handles, options: strictestDeidentification };
  expect(await endOf(deidentificationCalls(shared).deidentify(request), shared)).toMatchObject({
    error: { code: 'invalid-input' },
  });
  expect((await readdir(folder)).filter((found) => /zip|part/.test(found))).toEqual([]);
});
