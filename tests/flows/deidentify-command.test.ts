import { execFileSync, spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDicom } from '../../src-main/images/dicom/openDicom.ts';
import { writeDicom } from '../fixtures/writeDicom.ts';
import { bratum } from './commandLine.ts';

const fixtures = new URL('../fixtures/dicom/', import.meta.url).pathname;
const hasDcmdump = spawnSync('dcmdump', ['--version']).error === undefined;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-deidentify-'));
  await mkdir(join(folder, 'Miller Ann'));
  for (const instanceNumber of [1, 2])
    await writeFile(
      join(folder, 'Miller Ann', `miller${instanceNumber}.dcm`),
      slice('Miller^Ann', instanceNumber),
    );
  await writeFile(join(folder, 'Miller Ann', 'other.dcm'), slice('Weber^Kurt', 1));
});

afterEach(() => rm(folder, { recursive: true }));

function slice(patientName: string, instanceNumber: number): Buffer {
  const samples = new Uint16Array(64).fill(40 * instanceNumber);
  return writeDicom({ patientName, seriesDescription: 'T1', instanceNumber, rows: 8, columns: 8, samples });
}

async function written(): Promise<string[]> {
  return (await readdir(join(folder, 'out'), { recursive: true }))
    .filter((name) => name.endsWith('.dcm'))
    .sort();
}

test('a folder leaves without its patients: names, paths and numbers, series still together', async () => {
  const { code, stdout, stderr } = await bratum(['deidentify', 'Miller Ann', '--out', 'out', '--json'], {
    cwd: folder,
  });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    files: 3,
    patients: 2,
    studies: 2,
    series: 2,
    failures: [],
    skipped: [],
  });
  expect(stderr).toMatch(/face/);
  expect(stdout).not.toMatch(/Weber|Ann"/);
  const names = await written();
  expect(names).toHaveLength(3);
  expect(new Set(names.map((name) => name.split(/[\\/]/)[0])).size).toBe(2);
  const headers = await Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(join(folder, 'out', name));
      expect(`${name} ${bytes.toString('latin1')}`).not.toMatch(/miller|weber|7301964|2026010/i);
      return openDicom(Uint8Array.from(bytes), name).slices[0]?.attributes;
    }),
  );
  for (const [index, header] of headers.entries()) {
    const [study, series, file] = (names[index] ?? '').split(/[\\/]/);
    expect([header?.studyInstanceUid, header?.seriesInstanceUid]).toEqual([study, series]);
    expect(`${header?.sopInstanceUid}.dcm`).toBe(file);
  }
});

test('two exports have nothing in common', async () => {
  await bratum(['deidentify', 'Miller Ann', '--out', 'out'], { cwd: folder });
  const first = await written();
  await rm(join(folder, 'out'), { recursive: true });
  await bratum(['deidentify', 'Miller Ann', '--out', 'out'], { cwd: folder });
  expect((await written()).filter((name) => first.includes(name))).toEqual([]);
});

test('a preview writes nothing, and tells values only where asked to', async () => {
  const words = ['deidentify', 'Miller Ann', '--preview', '--keep-dates', 'shifted'];
  const { code, stdout } = await bratum([...words, '--json'], { cwd: folder });
  expect(code).toBe(0);
  expect(await readdir(folder)).toEqual(['Miller Ann']);
  const { out, attributes } = JSON.parse(stdout) as { out: null; attributes: unknown[] };
  expect(out).toBe(null);
  expect(attributes).toContainEqual({ attribute: 'PatientName', fate: 'replaced', files: 3 });
  expect(attributes).toContainEqual({ attribute: 'StudyDate', fate: 'shifted', files: 3 });
  expect(attributes).toContainEqual({ attribute: 'SeriesDescription', fate: 'removed', files: 3 });
  expect(attributes).toContainEqual({ attribute: 'PixelSpacing', fate: 'kept', files: 3 });
  const named = await bratum([...words, '--identify'], { cwd: folder });
  expect(named.stdout).toMatch(/PatientName +3 files {2}Miller\^Ann \| Weber\^Kurt/);
});

test('what cannot be read fails alone, what is no DICOM picture is left out', async () => {
  const from = join(folder, 'Miller Ann');
  await writeFile(join(from, 'cut.dcm'), slice('Miller^Ann', 3).subarray(0, 500));
  await writeFile(join(from, 'report.dcm'), slice('Miller^Ann', 4).subarray(0, -140));
  await writeFile(join(from, 'notes.txt'), 'Ms Miller');
  const { code, stdout, stderr } = await bratum(['deidentify', 'Miller Ann', '--out', 'out', '--json'], {
    cwd: folder,
  });
  expect(code).toBe(2);
  const { files, failures, skipped } = JSON.parse(stdout) as Record<string, { file: string }[]>;
  expect(files).toBe(3);
  expect(failures?.map(({ file }) => file)).toEqual([join(from, 'cut.dcm')]);
  expect(skipped?.map(({ file }) => file).sort()).toEqual([
    join(from, 'notes.txt'),
    join(from, 'report.dcm'),
  ]);
  expect(stderr).toMatch(/cut\.dcm/);
});

test('neither a folder with other things nor a half-said wish is accepted', async () => {
  await mkdir(join(folder, 'out'));
  await writeFile(join(folder, 'out', 'thesis.txt'), 'years of work');
  expect(await bratum(['deidentify', 'Miller Ann', '--out', 'out', '--json'], { cwd: folder })).toMatchObject(
    {
      code: 3,
      stdout: expect.stringContaining('folder-not-empty') as string,
    },
  );
  for (const words of [['Miller Ann'], ['Miller Ann', '--out', 'x', '--preview'], ['--out', 'x']])
    expect((await bratum(['deidentify', ...words], { cwd: folder })).code).toBe(1);
});

// An independent reader's word for it that what we write is DICOM.
test.skipIf(!hasDcmdump)(
  'dcmtk reads every file that we write, without a warning (needs dcmdump)',
  async () => {
    const from = join(folder, 'all');
    await mkdir(from);
    const names = (await readdir(fixtures)).filter((name) => name.endsWith('.dcm'));
    for (const name of names) await copyFile(join(fixtures, name), join(from, name));
    const { code } = await bratum(['deidentify', 'all', '--out', 'out', '--keep-descriptions'], {
      cwd: folder,
    });
    expect(code).toBe(0);
    const files = (await written()).map((name) => join(folder, 'out', name));
    expect(files).toHaveLength(names.length);
    const dump = execFileSync('dcmdump', ['-q', ...files], { encoding: 'utf8', maxBuffer: 2 ** 28 });
    expect(dump).not.toMatch(/Fixture|1\.2\.826\.0\.1\.3680043\.10\.1/);
    expect(dump.match(/PatientIdentityRemoved/g)).toHaveLength(names.length);
    const { stderr } = spawnSync('dcmdump', ['-v', ...files], { encoding: 'utf8' });
    expect(stderr).not.toMatch(/^[WE]: /m);
  },
);
