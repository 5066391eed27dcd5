import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeDicom } from '../../tests/fixtures/writeDicom.ts';
import type { CaseStore } from '../cases/CaseStore.ts';
import type { FoundFile } from '../images/FoundFile.ts';
import { walkFiles } from '../images/walk/walkFiles.ts';
import { OpenedSlices } from './OpenedSlices.ts';

let folder: string;
let files: FoundFile[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-opened-'));
  for (const instanceNumber of [1, 2, 3]) {
    const samples = new Uint16Array(4).fill(instanceNumber);
    const slice = {
      patientName: 'Miller^Ann',
      seriesDescription: 'T1',
      instanceNumber,
      rows: 2,
      columns: 2,
      samples,
    };
    await writeFile(join(folder, `${instanceNumber}.dcm`), writeDicom(slice));
  }
  files = [];
  for await (const item of walkFiles([folder])) if (item.kind === 'file') files.push(item.file);
});

afterEach(() => rm(folder, { recursive: true }));

/** For three files; slices of opened files never ask the store. */
function open(fileLimit: number): OpenedSlices {
  return new OpenedSlices(null as unknown as CaseStore, undefined, fileLimit);
}

async function registerAll(slices: OpenedSlices): Promise<string[]> {
  const handles: string[] = [];
  for (const file of files) handles.push(...(await slices.register(file)).map(({ handle }) => handle));
  return handles;
}

test('a slice has the same handle each time, which another workstation does not have', async () => {
  const slices = open(3);
  const handles = await registerAll(slices);
  expect(new Set(handles).size).toBe(3);
  expect(await registerAll(slices)).toEqual(handles);
  expect(await registerAll(open(3))).not.toEqual(handles);
});

test('with a file too many the longest unused one is given back, and can be opened again', async () => {
  const slices = open(2);
  const [first = '', second = '', third = ''] = await registerAll(slices);
  await expect(slices.decode(first)).rejects.toMatchObject({ code: 'handle-unknown' });
  expect((await slices.readSlice(second)).rows).toBe(2);

  // The second was looked at after the third was opened.
  expect((await slices.register(files[0] as FoundFile))[0]?.handle).toBe(first);
  expect((await slices.decode(first)).slice.rows).toBe(2);
  expect((await slices.decode(second)).slice.rows).toBe(2);
  await expect(slices.decode(third)).rejects.toMatchObject({ code: 'handle-unknown' });
});

test.each(['1', '-1', '1.5', '', '0x0', 'NaN', ' 0', '9999999999'])(
  'a handle of a slice that its file does not have is unknown: %j',
  async (number) => {
    const slices = open(3);
    const [handle = ''] = await registerAll(slices);
    const other = `${handle.slice(0, handle.lastIndexOf(':'))}:${number}`;
    await expect(slices.decode(other)).rejects.toMatchObject({ code: 'handle-unknown' });
    expect(() => slices.filesOf([other])).toThrow(/handle-unknown/);
  },
);
