import { once } from 'node:events';
import { receiveInstances } from '../calls/pacs/receiveInstances.ts';
import { aeTitle } from '../interop/ServerList.ts';
import { exitCodes, type Command } from './Command.ts';
import { Misuse } from './Misuse.ts';
import { readArguments, resolvePath, wholeNumber } from './readArguments.ts';
import { writeLine } from './writeJson.ts';

const options = {
  out: { type: 'string' },
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '11112' },
  title: { type: 'string', default: 'BRATUM' },
  allow: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
} as const;

/** `bratum pacs serve`: receives over C-STORE until it is stopped. */
export const pacsServeCommand: Command = {
  usage: 'pacs serve --out DIR [--host ADDRESS] [--port N] [--title TITLE] [--allow TITLE]… [--json]',
  summary: 'Receives DICOM over C-STORE into a folder; on this machine alone unless --host says otherwise.',
  printsLines: true,
  async run(args, { signal }) {
    const { values } = readArguments(args, options);
    if (values.out === undefined) throw new Misuse('--out DIR is needed.');
    if (!aeTitle.safeParse(values.title).success) throw new Misuse('--title has 1 to 16 letters.');
    let received = 0;
    const storage = await receiveInstances(
      resolvePath(values.out),
      {
        host: values.host,
        port: wholeNumber('--port', values.port, 0, 65_535),
        aeTitle: values.title,
        allowedCallers: values.allow ?? [],
      },
      ({ studyInstanceUid, seriesInstanceUid, sopInstanceUid }) => {
        received++;
        const uids = { studyInstanceUid, seriesInstanceUid, sopInstanceUid };
        if (values.json) writeLine({ type: 'received', ...uids });
      },
    );
    if (values.json) writeLine({ type: 'started', port: storage.port, title: values.title });
    else process.stdout.write(`BRATUM_DIMSE=dimse://${values.title}@${values.host}:${storage.port}\n`);
    if (!signal.aborted) await once(signal, 'abort');
    await storage.close();
    if (values.json) writeLine({ type: 'finished', received });
    return exitCodes.done;
  },
};
