import { afterAll, beforeAll, test } from 'vitest';
import { makeCertificates, type Certificates } from './makeCertificates.ts';
import { orthancMissing, startOrthanc, type RunningOrthanc } from './orthanc.ts';
import { PacsDesk } from './PacsDesk.ts';
import { asked, isServiceRun } from './startServer.ts';

/** A real archive, and a desk beside it that may sign in. */
interface ArchivePlace {
  orthanc: RunningOrthanc;
  desk: PacsDesk;
  /** With which the archive speaks TLS; null where it does not. */
  certificates: Certificates | null;
}

interface ArchiveOptions {
  /** Of the desk's series. */
  slices: number;
  isSecure?: boolean;
  /** For each test. */
  limitMs?: number;
}

/**
 * Starts an archive for the tests of a file, and ends it behind them.
 *
 * @returns what declares such a test, which is a loud skip where no services are asked for
 */
export function testsWithArchive({ slices, isSecure = false, limitMs = 240_000 }: ArchiveOptions) {
  const reason = isServiceRun ? orthancMissing() : asked;
  let place: ArchivePlace | null = null;
  beforeAll(async () => {
    if (reason !== null) return;
    const desk = await PacsDesk.make(slices);
    const certificates = isSecure ? await makeCertificates(desk.folder) : null;
    place = { desk, certificates, orthanc: await startOrthanc(certificates) };
    process.env['BRATUM_PACS_USER'] = place.orthanc.user;
    process.env['BRATUM_PACS_PASSWORD'] = place.orthanc.password;
  }, limitMs);
  afterAll(async () => {
    await place?.orthanc.close();
    await place?.desk.close();
  });
  return (name: string, work: (place: ArchivePlace) => Promise<void>): void =>
    test(
      name,
      async ({ skip }) => {
        skip(reason !== null, reason ?? '');
        if (place === null) throw new Error('the archive did not start');
        await work(place);
      },
      limitMs,
    );
}
