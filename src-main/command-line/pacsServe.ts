import { once } from 'node:events';
import { aeTitle } from '../../src-shared/domain/aeTitle.ts';
import { openStore } from '../calls/openStore.ts';
import { openUserEngine } from '../calls/openUserEngine.ts';
import { analyseFolder } from '../calls/pacs/analyseFolder.ts';
import { ArrivalDesk, type ArrivedSeries } from '../calls/pacs/ArrivalDesk.ts';
import { receiveInstances } from '../calls/pacs/receiveInstances.ts';
import { ArrivalLedger } from '../interop/ArrivalLedger.ts';
import { exitCodes, type Command } from './Command.ts';
import { errorJson } from './errorJson.ts';
import { Misuse } from './Misuse.ts';
import { readArguments, resolvePath, wholeNumber } from './readArguments.ts';
import { readText } from './readText.ts';
import { writeLine } from './writeJson.ts';

const options = {
  out: { type: 'string' },
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '11112' },
  title: { type: 'string', default: 'BRATUM' },
  allow: { type: 'string', multiple: true },
  cert: { type: 'string' },
  key: { type: 'string' },
  database: { type: 'string' },
  modality: { type: 'string' },
  'body-part': { type: 'string' },
  description: { type: 'string' },
  quota: { type: 'string', default: '2000' },
  quiet: { type: 'string', default: '15' },
  json: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof readArguments<typeof options>>['values'];

/** `bratum pacs serve`: receives over C-STORE until it is stopped. */
export const pacsServeCommand: Command = {
  usage:
    'pacs serve --out DIR [--host ADDRESS] [--port N] [--title TITLE] [--allow TITLE]… [--cert FILE --key FILE] [--database DIR [--modality M] [--body-part TEXT] [--description TEXT] [--quota SLICES] [--quiet SECONDS]] [--json]',
  summary:
    'Receives DICOM over C-STORE into a folder, on this machine alone unless --host says otherwise; with --database it analyses what the rules want.',
  printsLines: true,
  async run(args, { signal }) {
    const { values } = readArguments(args, options);
    if (values.out === undefined) throw new Misuse('--out DIR is needed.');
    if (!aeTitle.safeParse(values.title).success) throw new Misuse('--title has 1 to 16 letters.');
    if ((values.cert === undefined) !== (values.key === undefined))
      throw new Misuse('--cert and --key belong together.');
    let received = 0;
    const root = resolvePath(values.out);
    const desk = await openDesk(root, values);
    try {
      const storage = await receiveInstances(
        root,
        {
          host: values.host,
          port: wholeNumber('--port', values.port, 0, 65_535),
          aeTitle: values.title,
          allowedCallers: values.allow ?? [],
          ...(values.cert !== undefined &&
            values.key !== undefined && {
              tls: { cert: await readText(values.cert), key: await readText(values.key) },
            }),
        },
        (instance, folder) => {
          received++;
          const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = instance;
          if (values.json)
            writeLine({ type: 'received', ...{ studyInstanceUid, seriesInstanceUid, sopInstanceUid } });
          desk?.arrived(instance, folder);
        },
      );
      const address = `dimse${values.cert === undefined ? '' : 's'}://${values.title}@${values.host}:${storage.port}`;
      if (values.json) writeLine({ type: 'started', ...{ port: storage.port, title: values.title } });
      else process.stdout.write(`BRATUM_DIMSE=${address}\n`);
      if (!signal.aborted) await once(signal, 'abort');
      await storage.close();
    } finally {
      await desk?.close();
    }
    if (values.json) writeLine({ type: 'finished', ...{ received } });
    return exitCodes.done;
  },
};

/** Analyses what arrives into a case store; null where nobody asked for it. */
async function openDesk(
  root: string,
  values: Values,
): Promise<Pick<ArrivalDesk, 'arrived' | 'close'> | null> {
  const { database, modality, 'body-part': bodyPart, description } = values;
  if (database === undefined) {
    if ([modality, bodyPart, description].some((rule) => rule !== undefined))
      throw new Misuse('Rules are for --database DIR, which keeps the answers.');
    return null;
  }
  const limits = {
    root,
    rules: { modality: modality ?? '', bodyPart: bodyPart ?? '', description: description ?? '' },
    slicesPerDay: wholeNumber('--quota', values.quota, 0, 1e9),
    quietMs: 1000 * wholeNumber('--quiet', values.quiet, 1, 3600),
  };
  const store = await openStore(resolvePath(database));
  const ledger = await ArrivalLedger.open(resolvePath(database));
  const tools = openUserEngine();
  const desk = new ArrivalDesk(
    limits,
    ledger,
    (folder, signal) => analyseFolder(folder, { tools, store }, signal),
    (series) => tell(series, values.json),
  );
  return {
    arrived: (instance, folder) => desk.arrived(instance, folder),
    async close() {
      await desk.close();
      tools.close();
      ledger.close();
      await store.close();
    },
  };
}

function tell({ error, ...series }: ArrivedSeries, isJson: boolean): void {
  const failure = error === null ? null : errorJson(error);
  if (isJson) writeLine({ type: 'series', ...series, ...(failure !== null && { error: failure }) });
  else
    process.stdout.write(
      `${series.state}: a series of ${series.slices} files${failure === null ? '' : `: ${failure.message}`}\n`,
    );
}
