import { join } from 'node:path';
import type { ParsedInput } from '../../../src-shared/contract/calls.ts';
import type { JobResults } from '../../../src-shared/contract/events.ts';
import type { ListedArchive } from '../../../src-shared/contract/pacsCalls.ts';
import { addressOf, type PacsServer, type StudyQuery } from '../../../src-shared/domain/pacs.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { connectPacs } from '../../interop/connectPacs.ts';
import { CredentialStore } from '../../interop/CredentialStore.ts';
import { currentKeychain } from '../../interop/Keychain.ts';
import type { PacsConnection } from '../../interop/PacsConnection.ts';
import { explicitLittleEndian } from '../../interop/results/writeObject.ts';
import { ServerList } from '../../interop/ServerList.ts';
import type { Handlers } from '../dispatch.ts';
import type { JobContext } from '../Jobs.ts';
import type { Parts } from '../Parts.ts';
import { readSettings } from '../settingsCalls.ts';
import { serverOfAddress } from './findServer.ts';
import { isAnalysed } from './isAnalysed.ts';
import { pulledFolder } from './pulledFolder.ts';
import { pullStudy } from './pullStudy.ts';
import { pushObjects } from './pushObjects.ts';
import { resultsOf } from './resultsOf.ts';

type PacsCalls = Pick<
  Handlers,
  | 'listArchives'
  | 'saveArchive'
  | 'removeArchive'
  | 'testArchive'
  | 'searchStudies'
  | 'listSeries'
  | 'pullStudy'
  | 'sendResults'
>;

const ourTitle = 'BRATUM';
/** More would not be read. */
const mostStudies = 200;
const testTimeoutMs = 10_000;

/** Picture archives: naming them, looking for studies, pulling them, and sending results back. */
export function pacsCalls(parts: Parts): PacsCalls {
  const { jobs, storeFolder } = parts;
  const servers = new ServerList(storeFolder);
  const credentials = new CredentialStore(storeFolder);

  async function connect(
    name: string,
    { signal }: JobContext,
    options: { timeoutMs?: number } = {},
  ): Promise<PacsConnection> {
    const server = (await servers.all()).find((one) => one.name === name);
    if (server === undefined) throw new UserError('pacs-unknown', { server: name });
    return connectPacs(server, { ...options, signal, credentials: await credentials.find(name) });
  }

  return {
    listArchives: async () => ({
      archives: await Promise.all((await servers.all()).map((server) => listed(server, credentials))),
      keeping: (await currentKeychain()) === null ? 'file' : 'keychain',
    }),
    saveArchive: async (input) => {
      const known = (await servers.all()).find(({ name }) => name === input.name);
      await servers.put(serverOf(input, known));
      if (input.credentials === null) return { credentials: await credentials.placeOf(input.name) };
      const { user, password } = input.credentials;
      return { credentials: await credentials.keep(input.name, user === '' ? {} : { user, password }) };
    },
    removeArchive: async ({ name }) => {
      await servers.remove(name);
      await credentials.forget(name);
      return {};
    },
    testArchive: ({ name }) =>
      Promise.resolve(
        jobs.start<'testArchive'>(async (context) => {
          const startedAt = performance.now();
          await (await connect(name, context, { timeoutMs: testTimeoutMs })).echo();
          return { elapsedMs: performance.now() - startedAt };
        }),
      ),
    searchStudies: (input) =>
      Promise.resolve(
        jobs.start<'searchStudies'>(async (context) => {
          const connection = await connect(input.archive, context);
          const found = await connection.findStudies(queryOf(input));
          const byDate = found.sort((a, b) => (b.studyDate ?? '').localeCompare(a.studyDate ?? ''));
          return { studies: byDate.slice(0, mostStudies), isCut: found.length > mostStudies };
        }),
      ),
    listSeries: ({ archive, study }) =>
      Promise.resolve(
        jobs.start<'listSeries'>(async (context) => ({
          series: await (await connect(archive, context)).findSeries(study),
        })),
      ),
    pullStudy: (input) =>
      Promise.resolve(
        jobs.start<'pullStudy'>(async (context) =>
          pull(await connect(input.archive, context), input, parts, context),
        ),
      ),
    sendResults: (input) =>
      Promise.resolve(
        jobs.start<'sendResults'>(async (context) =>
          send(await connect(input.archive, context), input, parts, context),
        ),
      ),
  };
}

async function listed(server: PacsServer, credentials: CredentialStore): Promise<ListedArchive> {
  const isDimse = server.protocol === 'dimse';
  return {
    name: server.name,
    address: addressOf(server),
    callingAeTitle: isDimse ? server.callingAeTitle : null,
    movePort: isDimse ? (server.movePort ?? null) : null,
    hasOwnAuthority: server.caCertificate !== undefined,
    credentials: await credentials.placeOf(server.name),
  };
}

function serverOf(
  { name, address, callingAeTitle, movePort, caCertificate }: ParsedInput<'saveArchive'>,
  known: PacsServer | undefined,
): PacsServer {
  const server = serverOfAddress(name, address, callingAeTitle === '' ? ourTitle : callingAeTitle);
  const authority = caCertificate === null ? known?.caCertificate : caCertificate.trim() || undefined;
  return {
    ...server,
    ...(authority !== undefined && { caCertificate: authority }),
    ...(server.protocol === 'dimse' && movePort !== null && { movePort }),
  };
}

function queryOf({
  patientName,
  patientId,
  dateFrom,
  dateTo,
  modality,
  description,
}: ParsedInput<'searchStudies'>): StudyQuery {
  const conditions = {
    patientName: anywhere(patientName),
    patientId,
    studyDate:
      dateFrom === '' && dateTo === '' ? '' : dateFrom === dateTo ? dateFrom : `${dateFrom}-${dateTo}`,
    modality: modality.toUpperCase(),
    studyDescription: anywhere(description),
  };
  const given = Object.entries(conditions).filter(([, value]) => value !== '');
  return { ...(Object.fromEntries(given) as Partial<StudyQuery>), limit: mostStudies + 1 };
}

/** Part of a text is enough, unless somebody says where it stands. */
function anywhere(text: string): string {
  return text === '' || /[*?]/.test(text) ? text : `*${text}*`;
}

async function pull(
  connection: PacsConnection,
  { archive, study, series }: ParsedInput<'pullStudy'>,
  { storeFolder, sources }: Parts,
  { progress }: JobContext,
): Promise<JobResults['pullStudy']> {
  const folder = await pulledFolder(storeFolder, archive, study);
  const wanted = new Set(series ?? []);
  const all = await connection.findSeries(study);
  const chosen = series === null ? all : all.filter(({ seriesInstanceUid }) => wanted.has(seriesInstanceUid));
  const counts = chosen.map(({ instances }) => instances);
  const total = counts.some((count) => count === null)
    ? null
    : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  let [fetched, kept, done] = [0, 0, 0];
  progress(0, total);
  for (const { seriesInstanceUid } of chosen) {
    const before = done;
    const pulled = await pullStudy(connection, {
      studyInstanceUid: study,
      seriesInstanceUid,
      folder,
      isWanted: isAnalysed,
      onFile: (files) => progress((done = before + files), total),
    }).catch((error: unknown) => {
      // A series of reports only.
      if (error instanceof UserError && error.code === 'pacs-nothing-there') return [];
      throw error;
    });
    for (const one of pulled) {
      fetched += one.fetched;
      kept += one.kept;
    }
  }
  if (fetched + kept === 0) throw new UserError('pacs-nothing-there');
  return { source: sources.issue(join(folder, study)), fetched, kept };
}

async function send(
  connection: PacsConnection,
  { slices }: ParsedInput<'sendResults'>,
  parts: Parts,
  { signal, progress }: JobContext,
): Promise<JobResults['sendResults']> {
  const { model } = await readSettings(parts.store);
  let done = 0;
  progress(done, slices.length);
  const results = await resultsOf(slices, parts, model, signal, () => progress(++done, slices.length));
  const outgoing = results.map((result) => ({ ...result, transferSyntaxUid: explicitLittleEndian }));
  const pushed = await pushObjects(connection, outgoing);
  const count = (state: string): number => pushed.filter((one) => one.state === state).length;
  return {
    stored: count('stored'),
    alreadyThere: count('already-there'),
    refused: count('refused'),
    reason: pushed.find(({ state }) => state === 'refused')?.reason ?? null,
  };
}
