import { splitDataset } from '../calls/splitDataset.ts';
import { exitCodes, type Command } from './Command.ts';
import { Misuse } from './Misuse.ts';
import { oneFolder } from './oneFolder.ts';
import { oneOf, readArguments, resolvePath, wholeNumber } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

const options = {
  split: { type: 'string', default: 'grouped' },
  folds: { type: 'string', default: '1' },
  seed: { type: 'string', default: '1' },
  labels: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** `bratum dataset split`: who trains, who validates, who tests. */
export const datasetSplitCommand: Command = {
  usage:
    'dataset split DIR [--split published|grouped] [--folds K] [--seed N] [--labels labels.csv] --out FILE [--json]',
  summary: 'Splits a data set; “grouped” keeps twins and neighbouring slices together.',
  async run(args, { signal }) {
    const { values, positionals } = readArguments(args, options, { takesPaths: true });
    const folder = oneFolder(positionals);
    const protocol = oneOf('--split', ['published', 'grouped'] as const, values.split);
    const folds = wholeNumber('--folds', values.folds, 1, 100);
    if (folds === 2) throw new Misuse('Two folds leave no validation pictures; use 1, or 3 and more.');
    if (protocol === 'published' && folds > 1) throw new Misuse('The published split has one fold.');
    if (values.out === undefined) throw new Misuse('Say where to write the split: --out FILE.');
    const seed = wholeNumber('--seed', values.seed, 0, 2 ** 32 - 1);
    const { split, scanned, withoutClass, sizes, testWithTwin } = await splitDataset({
      folder,
      labelFile: values.labels === undefined ? null : resolvePath(values.labels),
      protocol,
      folds,
      seed,
      out: resolvePath(values.out),
      signal,
    });
    const folded = sizes.map((parts, k) => ({ ...parts, testWithTwin: testWithTwin[k]! }));
    const { groupingVersion, datasetFingerprint, sha256 } = split;
    const unreadable = scanned.unreadable.length;
    if (values.json)
      writeJson({
        protocol,
        seed,
        groupingVersion,
        datasetFingerprint,
        sha256,
        folds: folded,
        withoutClass,
        unreadable,
      });
    else
      for (const { train, validation, test, testWithTwin: twins } of folded)
        process.stdout.write(
          `train ${train}, validation ${validation}, test ${test}; ${twins} test pictures have a twin or neighbour outside\n`,
        );
    if (withoutClass > 0) process.stderr.write(`${withoutClass} pictures without a class were left out.\n`);
    return unreadable > 0 ? exitCodes.someFailed : exitCodes.done;
  },
};
