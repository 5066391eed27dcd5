import { providerNames } from '../../src-shared/domain/analysis.ts';
import { labelPlanes, type LabelOutcome } from '../calls/labelPlanes.ts';
import { openUserEngine } from '../calls/openUserEngine.ts';
import { Labels, readLabels } from '../datasets/Labels.ts';
import { labelText } from '../datasets/labelText.ts';
import { writeDurably } from '../storage/writeDurably.ts';
import { exitCodes, type Command } from './Command.ts';
import { errorJson } from './errorJson.ts';
import { Misuse } from './Misuse.ts';
import { oneFolder } from './oneFolder.ts';
import { printable } from './printable.ts';
import { ProgressLine } from './ProgressLine.ts';
import { oneOf, readArguments, resolvePath } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

const options = {
  planes: { type: 'string', default: 'auto' },
  labels: { type: 'string' },
  provider: { type: 'string', default: 'auto' },
  out: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** `bratum dataset label`: a label file with the plane of every picture. */
export const datasetLabelCommand: Command = {
  usage:
    'dataset label DIR --planes auto [--labels labels.csv] [--provider auto|cpu|webgpu|cuda|dml|coreml] --out FILE [--json]',
  summary: 'Writes a label file with the planes that labels, files and the plane model name.',
  async run(args, { signal }) {
    const { values, positionals } = readArguments(args, options, { takesPaths: true });
    const folder = oneFolder(positionals);
    oneOf('--planes', ['auto'] as const, values.planes);
    if (values.out === undefined) throw new Misuse('Say where to write the labels: --out FILE.');
    const provider = oneOf('--provider', ['auto', ...providerNames] as const, values.provider);
    const labels = values.labels === undefined ? new Labels() : await readLabels(resolvePath(values.labels));
    const progress = new ProgressLine();
    const onProgress = (slices: number): void => progress.show(`${slices} slices`);
    const engine = openUserEngine();
    const outcome = await labelPlanes({ folder, labels, provider, signal, onProgress }, engine).finally(() =>
      engine.close(),
    );
    progress.clear();
    await writeDurably(resolvePath(values.out), [labelText(outcome.rows)]);
    const summary = summarise(outcome);
    if (values.json) writeJson(summary);
    else
      process.stdout.write(
        `${summary.files} files: ${JSON.stringify(summary.byPlane)}, ${summary.uncertain} uncertain\n`,
      );
    for (const { path, error } of summary.unreadable)
      process.stderr.write(`${printable(path)}: ${error.message}\n`);
    return summary.unreadable.length > 0 ? exitCodes.someFailed : exitCodes.done;
  },
};

/** How many files have which plane, and who said so. */
function summarise({ rows, unreadable }: LabelOutcome) {
  return {
    files: rows.length,
    byPlane: count(rows.map(({ plane }) => plane ?? 'unknown')),
    bySource: count(rows.map(({ source }) => source ?? 'unknown')),
    uncertain: rows.filter(({ plane, probability }) => plane === null && probability !== null).length,
    unreadable: unreadable.map(({ path, error }) => ({
      path,
      error: errorJson(error),
    })),
  };
}

function count(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}
