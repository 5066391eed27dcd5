import { addressOf } from '../../src-shared/domain/pacs.ts';
import { errorMessage } from '../../src-shared/errorTexts.ts';
import { UserError, type Failure } from '../../src-shared/errors.ts';
import { ownCredentials, ownServers, serverOfAddress } from '../calls/pacs/findServer.ts';
import { credentialsFromEnvironment, openPacs } from '../calls/pacs/openPacs.ts';
import { exitCodes, type Command } from './Command.ts';
import { errorJson } from './errorJson.ts';
import { Misuse } from './Misuse.ts';
import { timeoutOf } from './openServer.ts';
import { readArguments, wholeNumber } from './readArguments.ts';
import { readText } from './readText.ts';
import { writeJson } from './writeJson.ts';

const listOptions = {
  check: { type: 'boolean', default: false },
  timeout: { type: 'string', default: '10' },
  json: { type: 'boolean', default: false },
} as const;

/** `bratum pacs list`: the archives that were named, and with `--check` whether they answer. */
export const pacsListCommand: Command = {
  usage: 'pacs list [--check [--timeout SECONDS]] [--json]',
  summary: 'Lists the archives that were added.',
  async run(args, { signal }) {
    const { values } = readArguments(args, listOptions);
    const timeoutSeconds = timeoutOf(values);
    const servers = [];
    for (const server of await ownServers().all()) {
      const failure = values.check ? await check(server.name, { signal, timeoutSeconds }) : null;
      const { caCertificate, ...rest } = server;
      servers.push({
        ...rest,
        hasOwnAuthority: caCertificate !== undefined,
        credentials: await ownCredentials().placeOf(server.name),
        ...(values.check && { isReachable: failure === null }),
        failure,
      });
    }
    if (values.json)
      writeJson({
        servers: servers.map(({ failure, ...server }) => ({
          ...server,
          ...(failure !== null && { error: errorJson(failure) }),
        })),
      });
    else
      for (const { failure, ...server } of servers) {
        process.stdout.write(`${server.name.padEnd(20)} ${addressOf(server)}\n`);
        if (failure !== null) process.stderr.write(`${errorMessage(failure)}\n`);
      }
    return servers.some(({ failure }) => failure !== null) ? exitCodes.someFailed : exitCodes.done;
  },
};

async function check(
  name: string,
  options: { signal: AbortSignal; timeoutSeconds: number },
): Promise<Failure | null> {
  try {
    await (await openPacs(name, options)).echo();
    return null;
  } catch (error) {
    if (error instanceof UserError && error.code !== 'cancelled') return error;
    throw error;
  }
}

const addOptions = {
  'calling-title': { type: 'string', default: 'BRATUM' },
  ca: { type: 'string' },
  'move-port': { type: 'string' },
  'keep-credentials': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** `bratum pacs add`: names an archive. */
export const pacsAddCommand: Command = {
  usage:
    'pacs add NAME https://HOST/dicom-web|dimse://TITLE@HOST:PORT [--calling-title TITLE] [--ca FILE] [--move-port N] [--keep-credentials] [--json]',
  summary: 'Names an archive, or changes one.',
  async run(args) {
    const { values, positionals } = readArguments(args, addOptions, { takesPaths: true });
    const [name, address, ...rest] = positionals;
    if (name === undefined || address === undefined || rest.length > 0)
      throw new Misuse('Name the archive and its address.');
    const server = serverOfAddress(name, address, values['calling-title']);
    if (values.ca !== undefined) server.caCertificate = await readText(values.ca);
    if (values['move-port'] !== undefined) {
      if (server.protocol !== 'dimse') throw new Misuse('--move-port is for archives over DIMSE.');
      server.movePort = wholeNumber('--move-port', values['move-port'], 1, 65_535);
    }
    const credentials = credentialsFromEnvironment();
    if (values['keep-credentials'] && Object.keys(credentials).length === 0)
      throw new Misuse('--keep-credentials keeps what BRATUM_PACS_USER and the like say; they say nothing.');
    await ownServers().put(server);
    const place = values['keep-credentials']
      ? await ownCredentials().keep(name, credentials)
      : await ownCredentials().placeOf(name);
    if (values['keep-credentials'] && place === 'file')
      process.stderr.write(
        'There is no system keychain here: the credentials lie in a file that only you may read.\n',
      );
    if (values.json) writeJson({ server: { ...server, credentials: place } });
    return exitCodes.done;
  },
};

/** `bratum pacs remove`: forgets an archive. */
export const pacsRemoveCommand: Command = {
  usage: 'pacs remove NAME',
  summary: 'Forgets an archive.',
  async run(args) {
    const { positionals } = readArguments(args, {}, { takesPaths: true });
    const [name, ...rest] = positionals;
    if (name === undefined || rest.length > 0) throw new Misuse('Name one archive.');
    await ownServers().remove(name);
    await ownCredentials().forget(name);
    return exitCodes.done;
  },
};
