import { knownDatasets, verifyDataset, type KnownDataset } from '../calls/verifyDataset.ts';
import { exitCodes, type Command } from './Command.ts';
import { errorJson } from './errorJson.ts';
import { oneFolder } from './oneFolder.ts';
import { oneOf, readArguments } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

const names = Object.keys(knownDatasets) as KnownDataset[];

const options = {
  set: { type: 'string', default: names[0]! },
  json: { type: 'boolean', default: false },
} as const;

/** `bratum dataset verify`: is this folder the public set that the figures are about? */
export const datasetVerifyCommand: Command = {
  usage: `dataset verify DIR [--set ${names.join('|')}] [--json]`,
  summary: 'Checks a downloaded copy of a public set, by content.',
  async run(args, { signal }) {
    const { values, positionals } = readArguments(args, options, { takesPaths: true });
    const folder = oneFolder(positionals);
    const set = oneOf('--set', names, values.set);
    const { isComplete, expected, found, missing, unknown, misplaced, unreadable } = await verifyDataset(
      folder,
      set,
      signal,
    );
    if (values.json) {
      const failed = unreadable.map(({ path, error }) => ({
        path,
        error: errorJson(error),
      }));
      writeJson({ set, isComplete, expected, found, missing, unknown, misplaced, unreadable: failed });
    } else
      process.stdout.write(
        [
          knownDatasets[set],
          isComplete ? 'complete and unchanged' : 'not the same',
          `${found} of ${expected} files found, ${unknown.length} unknown, ${misplaced.length} in another class’s folder, ${unreadable.length} unreadable`,
          '',
        ].join('\n'),
      );
    return isComplete ? exitCodes.done : exitCodes.someFailed;
  },
};
