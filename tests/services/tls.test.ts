import { expect } from 'vitest';
import { states } from './support/PacsDesk.ts';
import { testsWithArchive } from './support/testsWithArchive.ts';

const slices = 2;

const archiveTest = testsWithArchive({ slices, isSecure: true });

archiveTest(
  'an archive whose authority nobody knows is not spoken to; with its certificate it is, over both protocols',
  async ({ desk, orthanc, certificates }) => {
    for (const address of [orthanc.web, orthanc.dimse]) {
      const refused = await desk.pacs('query', address);
      expect([refused.code, refused.said.error.code], address).toEqual([3, 'pacs-untrusted']);
    }
    const authority = ['--ca', certificates!.authority];
    await desk.pacs('add', 'web', orthanc.web, ...authority, '--keep-credentials');
    await desk.pacs('add', 'old', orthanc.dimse, ...authority);
    // From here on what was kept says who asks.
    delete process.env['BRATUM_PACS_USER'];
    delete process.env['BRATUM_PACS_PASSWORD'];
    const { said: list } = await desk.pacs('list', '--check');
    expect(list.servers).toMatchObject([
      { name: 'old', isReachable: true, credentials: 'none' },
      { name: 'web', isReachable: true, credentials: 'file' },
    ]);
    expect(states((await desk.pacs('push', 'old', 'series')).said.objects)).toEqual(
      Array(slices).fill('stored'),
    );
    for (const server of ['web', 'old']) {
      const { said } = await desk.pacs('pull', server, '--study', desk.study, '--out', server);
      expect(said.series).toMatchObject([{ fetched: slices, kept: 0 }]);
      expect(await desk.pixelsIn(server)).toEqual(await desk.pixelsIn('series'));
    }
    await desk.pacs('add', 'web', orthanc.web.replace('127.0.0.1', '127.0.0.2'), ...authority);
    const { said: other } = await desk.pacs('list', '--check', '--timeout', '5');
    expect(other.servers.find(({ name }) => name === 'web')?.error?.code).toMatch(/untrusted|unreachable/);
  },
);
