/**
 * `node resources/addGuards.ts`: fits the guards of finished models again, without training, and writes them with
 * their figures into the models' folders.
 *
 *     node resources/addGuards.ts --split FILE [--fold N] [--dataset DIR] [--not-mr FILE]
 *         [--strangers NAME=PATH]… [--heads NAME=PATH]… [MODEL-FOLDER]…
 *
 * Without folders, all of models/. `--not-mr` names a file with the SHA-256 of pictures to leave out, one a line. The
 * same NAME may be given several paths. About a minute a model on two idle cores.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { addGuard } from '../src-main/calls/addGuard.ts';
import type { GuardTrial } from '../src-main/calls/guardModel.ts';
import { openEngine } from '../src-main/calls/openEngine.ts';
import { readSplit } from '../src-main/datasets/splits/splitFile.ts';

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    split: { type: 'string' },
    fold: { type: 'string', default: '1' },
    dataset: { type: 'string' },
    'not-mr': { type: 'string' },
    strangers: { type: 'string', multiple: true, default: [] },
    heads: { type: 'string', multiple: true, default: [] },
  },
});
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
if (given.split === undefined) throw new Error('--split FILE is missing');

function trialsOf(pairs: readonly string[]): GuardTrial[] {
  const paths = new Map<string, string[]>();
  for (const pair of pairs) {
    const [name = '', path] = pair.split(/=(.*)/s);
    if (path === undefined) throw new Error(`“${pair}” is not NAME=PATH`);
    paths.set(name, [...(paths.get(name) ?? []), resolve(path)]);
  }
  return [...paths].map(([name, found]) => ({ name, paths: found }));
}

const modelsFolder = at('../models');
const folders =
  positionals.length > 0
    ? positionals.map((folder) => resolve(folder))
    : (await readdir(modelsFolder)).map((name) => join(modelsFolder, name));
const notMr = await readFile(given['not-mr'] ?? at('./brain-tumor-mri.ct.txt'), 'utf8');
const fileHashes = new Set(notMr.match(/^[0-9a-f]{64}$/gm));
const split = await readSplit(given.split);
const engine = openEngine();
try {
  for (const folder of folders) {
    const metrics = await addGuard(
      {
        folder,
        dataset: given.dataset ?? at('../../shared/data/brain-tumor-mri'),
        split,
        fold: Number(given.fold) - 1,
        excluded: { name: 'CT', fileHashes },
        strangers: trialsOf(given.strangers),
        heads: trialsOf(given.heads),
      },
      engine.inference,
    );
    process.stdout.write(`${folder}\n`);
    for (const { name, value, n, protocol } of metrics)
      process.stdout.write(`  ${name} ${value.toFixed(4)} (${n}) ${protocol}\n`);
  }
} finally {
  engine.close();
}
