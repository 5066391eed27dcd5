import { exportDataset } from '../calls/exportDataset.ts';
import { openUserEngine } from '../calls/openUserEngine.ts';
import { exportLayouts } from '../datasets/arrangePictures.ts';
import { exitCodes, type Command } from './Command.ts';
import { errorJson } from './errorJson.ts';
import { Misuse } from './Misuse.ts';
import { oneFolder } from './oneFolder.ts';
import { printable } from './printable.ts';
import { ProgressLine } from './ProgressLine.ts';
import { oneOf, readArguments, resolvePath } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

const options = {
  layout: { type: 'string' },
  labels: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** `bratum dataset export`: the files sorted into folders by class, or by class and angle. */
export const datasetExportCommand: Command = {
  usage: `dataset export DIR --layout ${exportLayouts.join('|')} [--labels labels.csv] --out DIR [--json]`,
  summary: 'Copies a data set into the folders that the published project sorted it into.',
  async run(args, { signal }) {
    const { values, positionals } = readArguments(args, options, { takesPaths: true });
    const folder = oneFolder(positionals);
    if (values.layout === undefined) throw new Misuse(`Say how: --layout ${exportLayouts.join('|')}.`);
    const layout = oneOf('--layout', exportLayouts, values.layout);
    if (values.out === undefined) throw new Misuse('Say where to write the data set: --out DIR.');
    const out = resolvePath(values.out);
    const labelFile = values.labels === undefined ? null : resolvePath(values.labels);
    const progress = new ProgressLine();
    const onProgress = (files: number): void => progress.show(`${files} files`);
    const engine = openUserEngine();
    const request = { folder, labelFile, layout, out, signal, onProgress };
    const { places, leftOut, ...rest } = await exportDataset(request, engine).finally(() => engine.close());
    progress.clear();
    const unreadable = rest.unreadable.map(({ path, error }) => ({
      path,
      error: errorJson(error),
    }));
    const byFolder = countFolders(places.map(({ to }) => to));
    if (values.json) writeJson({ out, layout, files: places.length, byFolder, leftOut, unreadable });
    else
      process.stdout.write(
        `${places.length} files: ${JSON.stringify(byFolder)}, ${leftOut.length} left out\n`,
      );
    for (const { path, reason } of leftOut) process.stderr.write(`${printable(path)}: ${reason}\n`);
    for (const { path, error } of unreadable) process.stderr.write(`${printable(path)}: ${error.message}\n`);
    return unreadable.length > 0 ? exitCodes.someFailed : exitCodes.done;
  },
};

function countFolders(paths: readonly string[]): Record<string, number> {
  const folders = Map.groupBy(paths, (path) => path.slice(0, path.lastIndexOf('/')));
  return Object.fromEntries([...folders].sort().map(([folder, files]) => [folder, files.length]));
}
