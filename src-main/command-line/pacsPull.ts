import { pullStudy } from '../calls/pacs/pullStudy.ts';
import { exitCodes, type Command } from './Command.ts';
import { Misuse } from './Misuse.ts';
import { openServer } from './openServer.ts';
import { ProgressLine } from './ProgressLine.ts';
import { readArguments, resolvePath } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

const options = {
  study: { type: 'string' },
  series: { type: 'string' },
  out: { type: 'string' },
  timeout: { type: 'string', default: '60' },
  json: { type: 'boolean', default: false },
} as const;

/** `bratum pacs pull`: a study into a folder; a pull that was cut off goes on. */
export const pacsPullCommand: Command = {
  usage: 'pacs pull NAME|ADDRESS --study UID [--series UID] --out DIR [--timeout SECONDS] [--json]',
  summary: 'Fetches a study or a series into a folder; what is there is not fetched again.',
  async run(args, { signal }) {
    const { values, positionals } = readArguments(args, options, { takesPaths: true });
    if (values.study === undefined || values.out === undefined)
      throw new Misuse('--study UID and --out DIR are needed.');
    const out = resolvePath(values.out);
    const connection = await openServer(positionals, values, signal);
    const progress = new ProgressLine();
    const pulled = await pullStudy(connection, {
      studyInstanceUid: values.study,
      seriesInstanceUid: values.series ?? null,
      folder: out,
      onFile: (files) => progress.show(`${files} files`),
    });
    progress.clear();
    if (values.json) writeJson({ out, series: pulled });
    else
      for (const { folder, fetched, kept } of pulled)
        process.stdout.write(`${folder}: ${fetched} fetched, ${kept} were there\n`);
    return exitCodes.done;
  },
};
