import { pushFiles } from '../calls/pacs/pushFiles.ts';
import { exitCodes, type Command } from './Command.ts';
import { errorJson } from './errorJson.ts';
import { Misuse } from './Misuse.ts';
import { openServer } from './openServer.ts';
import { printable } from './printable.ts';
import { ProgressLine } from './ProgressLine.ts';
import { readArguments, resolvePath } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

const options = {
  timeout: { type: 'string', default: '60' },
  json: { type: 'boolean', default: false },
} as const;

/** `bratum pacs push`: DICOM files into an archive. */
export const pacsPushCommand: Command = {
  usage: 'pacs push NAME|ADDRESS PATH… [--timeout SECONDS] [--json]',
  summary: 'Sends DICOM files to an archive, but for those that it has.',
  async run(args, { signal }) {
    const { values, positionals } = readArguments(args, options, { takesPaths: true });
    const [server, ...paths] = positionals;
    if (paths.length === 0) throw new Misuse('Name an archive and at least one file or folder.');
    const connection = await openServer([server ?? ''], values, signal);
    const progress = new ProgressLine();
    const { pushed, failures, skipped } = await pushFiles(
      connection,
      paths.map(resolvePath),
      signal,
      (files) => progress.show(`${files} files`),
    );
    progress.clear();
    const failed = failures.map(({ path, error }) => ({
      file: path,
      error: errorJson(error),
    }));
    if (values.json)
      writeJson({
        objects: pushed,
        failures: failed,
        skipped: skipped.map(({ path, reason }) => ({ file: path, reason })),
      });
    else process.stdout.write(`${countOf(pushed)}\n`);
    for (const { error } of failed) process.stderr.write(`${printable(error.message)}\n`);
    const hasFailures = failed.length > 0 || pushed.some(({ state }) => state === 'refused');
    return hasFailures ? exitCodes.someFailed : exitCodes.done;
  },
};

/** How many objects were stored, were there, or were refused, in words. */
export function countOf(pushed: readonly { state: 'stored' | 'already-there' | 'refused' }[]): string {
  const count = (state: string): number => pushed.filter((one) => one.state === state).length;
  return `${count('stored')} stored, ${count('already-there')} were there, ${count('refused')} refused`;
}
