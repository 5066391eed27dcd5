import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { bratum } from '../flows/commandLine.ts';
import { states } from './support/PacsDesk.ts';
import { testsWithArchive } from './support/testsWithArchive.ts';

const slices = 4;

const archiveTest = testsWithArchive({ slices });

archiveTest(
  'a study goes out of the archive, is analysed, and comes back as captures and a report',
  async ({ desk, orthanc }) => {
    const { code: added } = await desk.pacs('add', 'clinic', orthanc.web);
    expect(added).toBe(0);
    const { said: list } = await desk.pacs('list', '--check');
    expect(list.servers).toMatchObject([{ name: 'clinic', isReachable: true }]);
    expect(states((await desk.pacs('push', 'clinic', 'series')).said.objects)).toEqual(
      Array(slices).fill('stored'),
    );
    const { said: found } = await desk.pacs('query', 'clinic', '--study', desk.study);
    expect(found.studies).toMatchObject([
      { studyInstanceUid: desk.study, seriesList: [{ modality: 'MR', instances: slices }] },
    ]);
    expect(found.studies[0]).not.toHaveProperty('patientId');

    const once = await desk.pacs(
      'analyse',
      'clinic',
      '--study',
      desk.study,
      '--provider',
      'cpu',
      '--out',
      'results',
    );
    expect(once.stderr).toBe('');
    expect(once.code).toBe(0);
    expect(once.said.results).toHaveLength(slices);
    expect(states(once.said.pushed)).toEqual(Array(slices + 1).fill('stored'));

    const { said: after } = await desk.pacs('query', 'clinic', '--study', desk.study);
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

    const again = await desk.pacs('analyse', 'clinic', '--study', desk.study, '--provider', 'cpu');
    expect(again.said.results).toHaveLength(slices);
    expect(states(again.said.pushed)).toEqual(Array(slices + 1).fill('already-there'));
    expect(await orthanc.ask('/instances')).toHaveLength(2 * slices + 1);
  },
);

archiveTest(
  'pulling goes on where it was cut off, and brings the pixels that went in',
  async ({ desk, orthanc }) => {
    await desk.pacs('push', orthanc.web, 'series');
    const words = ['--study', desk.study, '--series', desk.series];
    const { said } = await desk.pacs('pull', orthanc.web, ...words, '--out', 'web');
    expect(said.series).toMatchObject([{ fetched: slices, kept: 0 }]);
    const [lost] = await desk.pulledFiles('web');
    await rm(join(desk.folder, 'web', lost ?? ''));
    const { said: again } = await desk.pacs('pull', orthanc.web, ...words, '--out', 'web');
    expect(again.series).toMatchObject([{ fetched: 1, kept: slices - 1 }]);
    expect(await desk.pixelsIn('web')).toEqual(await desk.pixelsIn('series'));
  },
);

archiveTest('the same over DIMSE: C-ECHO, C-FIND, C-GET and C-STORE', async ({ desk, orthanc }) => {
  await desk.pacs('add', 'old', orthanc.dimse);
  const { said: list } = await desk.pacs('list', '--check');
  expect(list.servers).toContainEqual(expect.objectContaining({ name: 'old', isReachable: true }));
  const pushed = states((await desk.pacs('push', 'old', 'series')).said.objects);
  expect(new Set(pushed).size).toBe(1);
  const { said: found } = await desk.pacs('query', 'old', '--study', desk.study);
  expect(found.studies[0]?.seriesList).toContainEqual(
    expect.objectContaining({ modality: 'MR', instances: slices }),
  );
  const words = ['--study', desk.study, '--series', desk.series, '--out', 'dimse'];
  const { said, stderr } = await desk.pacs('pull', 'old', ...words);
  expect(stderr).toBe('');
  expect(said.series).toMatchObject([{ fetched: slices, kept: 0 }]);
  expect(await desk.pixelsIn('dimse')).toEqual(await desk.pixelsIn('series'));
  const result = await desk.pacs('analyse', 'old', '--study', desk.study, '--provider', 'cpu');
  expect(result.said.pushed).toHaveLength(slices + 1);
  expect(new Set(states(result.said.pushed)).size).toBe(1);
});

archiveTest(
  'over C-MOVE the archive sends to our own port, which is open only meanwhile',
  async ({ desk, orthanc }) => {
    await desk.pacs('push', orthanc.web, 'series');
    const moving = ['--move-port', String(orthanc.movePort)];
    expect((await desk.pacs('add', 'mover', orthanc.dimse, ...moving)).code).toBe(0);
    const words = ['--study', desk.study, '--series', desk.series];
    const { said, stderr } = await desk.pacs('pull', 'mover', ...words, '--out', 'moved');
    expect(stderr).toBe('');
    expect(said.series).toMatchObject([{ fetched: slices, kept: 0 }]);
    expect(await desk.pixelsIn('moved')).toEqual(await desk.pixelsIn('series'));
    await desk.pacs('add', 'stranger', orthanc.dimse, ...moving, '--calling-title', 'NOBODY');
    const refused = await desk.pacs('pull', 'stranger', ...words, '--out', 'none');
    expect([refused.code, refused.said.error.code]).toEqual([3, 'pacs-refused']);
  },
);

archiveTest(
  'studies of an archive are a batch as well, and what was answered is not asked again',
  async ({ desk, orthanc }) => {
    await desk.pacs('push', orthanc.web, 'series');
    const words = ['submit', '--from', 'dicomweb', orthanc.web, '--study', desk.study, '--pictures', 'batch'];
    const submit = async (): Promise<unknown> => {
      const { stdout } = await bratum([...words, '--provider', 'cpu', '--json'], {
        ...{ cwd: desk.folder, dataFolder: desk.dataFolder },
      });
      return JSON.parse(stdout);
    };
    expect(await submit()).toMatchObject({ found: slices, added: slices, answered: slices, dead: 0 });
    expect(await submit()).toMatchObject({ found: slices, added: 0, answered: slices, dead: 0 });
  },
);

archiveTest(
  'an archive that is gone, or wants another password, is an error with a code',
  async ({ desk, orthanc }) => {
    process.env['BRATUM_PACS_PASSWORD'] = 'wrong';
    const refused = await desk.pacs('query', orthanc.web);
    process.env['BRATUM_PACS_PASSWORD'] = orthanc.password;
    expect([refused.code, refused.said.error.code]).toEqual([3, 'pacs-unauthorised']);
    await orthanc.kill();
    for (const address of [orthanc.web, orthanc.dimse]) {
      const gone = await desk.pacs('query', address);
      expect([gone.code, gone.said.error.code]).toEqual([3, 'pacs-unreachable']);
    }
    await orthanc.restart();
    expect((await desk.pacs('query', orthanc.web, '--study', desk.study)).said.studies).toHaveLength(1);
  },
);
