import { restoreFolder } from '../calls/backUpStore.ts';
import { userDataFolder } from '../calls/userDataFolder.ts';
import { exitCodes, type Command } from './Command.ts';
import { Misuse } from './Misuse.ts';
import { ProgressLine } from './ProgressLine.ts';
import { readArguments, resolvePath } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

const options = {
  database: { type: 'string' },
  replace: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** `bratum restore`: a backup in the place of a store, all of it checked first. */
export const restoreCommand: Command = {
  usage: 'restore FILE [--database DIR] [--replace] [--json]',
  summary:
    'Restores a backup into an empty store; --replace allows it to take the place of cases that are there.',
  async run(args, { signal }) {
    const { values, positionals } = readArguments(args, options, { takesPaths: true });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1) throw new Misuse('Name one backup.');
    const line = new ProgressLine();
    const restored = await restoreFolder({
      file: resolvePath(file),
      storeFolder: values.database === undefined ? userDataFolder() : resolvePath(values.database),
      isReplacing: values.replace,
      signal,
      progress: (done, total) => line.show(`${done} of ${total} files`),
    });
    line.clear();
    if (values.json) writeJson(restored);
    else
      process.stdout.write(
        `${restored.cases} cases, ${restored.pictures} pictures, as of ${restored.createdAt}\n`,
      );
    return exitCodes.done;
  },
};
