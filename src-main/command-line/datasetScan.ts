import { percentText } from '../../src-shared/percentTexts.ts';
import { openUserEngine } from '../calls/openUserEngine.ts';
import { reportScan, scanDataset } from '../calls/scanDataset.ts';
import { exitCodes, type Command } from './Command.ts';
import { errorJson } from './errorJson.ts';
import { oneFolder } from './oneFolder.ts';
import { ProgressLine } from './ProgressLine.ts';
import { readArguments, resolvePath } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

const options = {
  labels: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** `bratum dataset scan`: duplicates, leaks, conflicts, runs of slices, strangers, shortcuts. */
export const datasetScanCommand: Command = {
  usage: 'dataset scan DIR [--labels labels.csv] [--json]',
  summary:
    'Finds duplicates, leaks between folders, label conflicts, runs of slices, strangers and shortcuts.',
  async run(args, { signal }) {
    const { values, positionals } = readArguments(args, options, { takesPaths: true });
    const folder = oneFolder(positionals);
    const labelFile = values.labels === undefined ? null : resolvePath(values.labels);
    const progress = new ProgressLine();
    const engine = openUserEngine();
    const scanned = await scanDataset(folder, {
      labelFile,
      engine,
      signal,
      onProgress: (step, done, total) =>
        progress.show(`${step} ${done}${total === null ? '' : ` of ${total}`}`),
    }).finally(() => engine.close());
    progress.clear();
    const report = reportScan(scanned);
    const unreadable = scanned.unreadable.map(({ path, error }) => ({
      path,
      error: errorJson(error),
    }));
    const { files, readable } = scanned;
    if (values.json) writeJson({ files, readable, unreadable, ...report });
    else process.stdout.write(describe(files, unreadable.length, report));
    for (const { path, error } of unreadable) process.stderr.write(`${path}: ${error.message}\n`);
    return unreadable.length > 0 ? exitCodes.someFailed : exitCodes.done;
  },
};

function describe(files: number, unreadable: number, report: ReturnType<typeof reportScan>): string {
  const { exactDuplicates, pixelDuplicates, nearDuplicates, crossSplit, labelConflicts, sliceRuns } = report;
  const lines: [string, string][] = [
    ['files', `${files}, ${unreadable} unreadable`],
    ['classes', counted(report.byClass)],
    ['planes', counted(report.byPlane)],
    ['exact duplicates', `${exactDuplicates.groups} groups, ${exactDuplicates.extraFiles} files too many`],
    ['pixel duplicates', `${pixelDuplicates.groups} groups`],
    ['near duplicates', `${nearDuplicates.groups} groups`],
    ['across the split', `${crossSplit.testFilesWithTwin} test files have a twin in training`],
    ['label conflicts', `${labelConflicts.length}`],
    ['runs of slices', `${sliceRuns.groups}`],
    ['strangers', `${report.strangers.length}`],
    ...report.shortcuts.map(({ property, accuracy }): [string, string] => [
      `class by ${property}`,
      `${percentText(accuracy)} right`,
    ]),
  ];
  return lines.map(([name, value]) => `${name.padEnd(20)} ${value}\n`).join('');
}

function counted(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
