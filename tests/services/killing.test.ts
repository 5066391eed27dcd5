import { expect } from 'vitest';
import { setTimeout as wait } from 'node:timers/promises';
import { RandomStream } from '../../src-shared/statistics/RandomStream.ts';
import { states } from './support/PacsDesk.ts';
import { testsWithArchive } from './support/testsWithArchive.ts';

const slices = 8;
const kills = process.env['BRATUM_LONG'] === '1' ? 20 : 2;

const archiveTest = testsWithArchive({ slices, limitMs: 120_000 * (kills + 2) });

archiveTest(
  `killing Orthanc ${kills} times while a study goes out, is analysed and comes back loses and doubles nothing`,
  async ({ desk, orthanc }) => {
    const random = new RandomStream(11);
    const acknowledged = new Set<string>();
    const analyse = ['analyse', orthanc.web, '--study', desk.study, '--series', desk.series];
    const way = [...analyse, '--provider', 'cpu', '--pictures', 'pictures', '--timeout', '20'];
    await desk.pacs('push', orthanc.web, 'series');
    for (let round = 0; round < kills; round++) {
      const running = desk.pacs(...way);
      await wait(random.uniform() * 8_000);
      await orthanc.kill();
      await wait(random.uniform() * 1_500);
      await orthanc.restart();
      const { code, said } = await running;
      // It got over it, or said that it did not: nothing in between.
      if (code === 3) expect(said.error.code).toBe('pacs-unreachable');
      else for (const { sopInstanceUid } of said.pushed) acknowledged.add(sopInstanceUid);
    }
    const { code, said } = await desk.pacs(...way);
    expect(code).toBe(0);
    expect(said.pushed).toHaveLength(slices + 1);
    expect(states((await desk.pacs(...way)).said.pushed)).toEqual(Array(slices + 1).fill('already-there'));
    const stored = (await orthanc.ask('/instances?expand')) as {
      MainDicomTags: { SOPInstanceUID: string };
    }[];
    const uids = stored.map(({ MainDicomTags }) => MainDicomTags.SOPInstanceUID);
    expect(uids).toHaveLength(2 * slices + 1);
    expect(new Set(uids).size).toBe(2 * slices + 1);
    for (const uid of acknowledged) expect(uids).toContain(uid);
    expect(await desk.pixelsIn('pictures')).toEqual(await desk.pixelsIn('series'));
  },
);
