import { applicationVersion } from '../calls/applicationVersion.ts';
import { backUpFolder } from '../calls/backUpStore.ts';
import { userDataFolder } from '../calls/userDataFolder.ts';
import { exitCodes, type Command } from './Command.ts';
import { Misuse } from './Misuse.ts';
import { ProgressLine } from './ProgressLine.ts';
import { readArguments, resolvePath } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

const options = {
  database: { type: 'string' },
  to: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** `bratum backup`: the whole store as one file, while others use it. */
export const backupCommand: Command = {
  usage: 'backup [--database DIR] --to FILE [--json]',
  summary: 'Writes the whole case store into one file with checksums; the store may be in use.',
  async run(args, { signal }) {
    const { values } = readArguments(args, options);
    if (values.to === undefined) throw new Misuse('Say where to write the backup: --to FILE.');
    const line = new ProgressLine();
    const written = await backUpFolder({
      storeFolder: values.database === undefined ? userDataFolder() : resolvePath(values.database),
      file: resolvePath(values.to),
      applicationVersion: applicationVersion(),
      signal,
      progress: (done, total) => line.show(`${done} of ${total} pictures`),
    });
    line.clear();
    if (values.json) writeJson(written);
    else
      process.stdout.write(
        `${written.cases} cases, ${written.pictures} pictures, ${written.bytes} bytes\nSHA-256 ${written.sha256}\n`,
      );
    return exitCodes.done;
  },
};
