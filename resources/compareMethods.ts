/**
 * Pointing game and energy inside of every explanation method on the outlined slices that a fold's model was not trained
 * on, for docs/results.md; prints its table, and chooses the default method on half of the groups.
 *
 *     node resources/compareMethods.ts --dataset DIR --masks DIR [--folds 1,2,3,4,5] [--methods a,b@14] [--work DIR] [--kept FILE]
 *
 * Figures of slices are kept in FILE as they come: a run that was stopped goes on.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mapMakerOf } from '../src-main/calls/mapMakerOf.ts';
import { mapNamed } from '../src-shared/domain/mapName.ts';
import { openEngine } from '../src-main/calls/openEngine.ts';
import { outlineInInput, readMask } from '../src-main/calls/outlines.ts';
import { readSplit } from '../src-main/datasets/splits/splitFile.ts';
import { placeOf } from '../src-main/explain/trust/measureTrust.ts';
import { openImageFile } from '../src-main/images/openImageFile.ts';
import { toModelInput } from '../src-main/preprocess/toModelInput.ts';
import { methodTraits } from '../src-shared/domain/explanation.ts';
import type { TumourClass } from '../src-shared/domain/tumourClass.ts';
import { bootstrapByGroups } from '../src-shared/statistics/bootstrapByGroups.ts';
import { RandomStream } from '../src-shared/statistics/RandomStream.ts';
import { groupedFolds, groupedSeed, nameOf } from './keptEvaluations.ts';

/** What costs at most two forward passes, and may become the default; at 14 by `npm run bench -- explain`. */
const cheap = [
  ...['grad-cam', 'grad-cam++', 'layer-cam', 'eigen-cam', 'ablation-cam', 'finer-cam'],
  'cam',
  'hires-cam',
  'xgrad-cam',
  ...['grad-cam@14', 'grad-cam++@14', 'hires-cam@14', 'layer-cam@14', 'xgrad-cam@14', 'finer-cam@14'],
];

/** Fewer runs than the methods' own numbers where those would take a day. */
const fewerSamples: Partial<Record<string, number>> = {
  'score-cam': 48,
  rise: 96,
  'integrated-gradients': 8,
  'smooth-grad': 8,
};

const everyMethod = [
  ...cheap,
  'smooth-grad-cam++',
  ...['grad-cam', 'hires-cam', 'layer-cam'].flatMap((method) => [`${method}@28`, `${method}@fused`]),
  'occlusion',
  ...Object.keys(fewerSamples),
];

const { values: given } = parseArgs({
  options: {
    dataset: { type: 'string' },
    masks: { type: 'string' },
    folds: { type: 'string', default: '1,2,3,4,5' },
    methods: { type: 'string' },
    work: { type: 'string' },
    kept: { type: 'string' },
  },
});
const { dataset, masks } = given;
if (dataset === undefined || masks === undefined) throw new Error('--dataset and --masks are needed');
const work = given.work ?? fileURLToPath(new URL('../.work/models', import.meta.url));
const kept = given.kept ?? join(work, 'method-figures.json');
const methods = given.methods?.split(',') ?? everyMethod;

/** One map of one slice. */
interface Figure {
  path: string;
  fold: number;
  group: string;
  class: string;
  method: string;
  isPeakInside: boolean;
  energyInside: number;
  areaInside: number;
}

const figures = existsSync(kept) ? (JSON.parse(await readFile(kept, 'utf8')) as Figure[]) : [];
const engine = openEngine();
try {
  for (const fold of given.folds.split(',').map(Number)) await measureFold(fold, dataset, masks);
} finally {
  engine.close();
}
printTables();

/** Maps are for the true class: where does the model see what is there? */
async function measureFold(fold: number, folder: string, outlines: string): Promise<void> {
  const run = nameOf({ subset: 'combined', protocol: 'grouped', seed: groupedSeed, fold: fold - 1 });
  const best = join(work, run, 'best');
  if (!existsSync(best)) return void process.stdout.write(`(no model: ${run})\n`);
  const { pictures, folds } = await readSplit(join(work, `grouped-${groupedSeed}.json`));
  if (folds.length !== groupedFolds) throw new Error('the split has another number of folds');
  const model = await engine.models.load(best);
  const makers = methods.map((name) => {
    const how = mapNamed(name);
    if (how === null) throw new Error(`no method ${name}`);
    const samples = fewerSamples[how.method] ?? methodTraits[how.method].samples;
    const parameters = { against: null, samples, seed: 7 };
    return [name, mapMakerOf(name, engine.inference, 'cpu', parameters)] as const;
  });
  for (const { path, group } of folds[fold - 1]!.test.map((position) => pictures[position]!)) {
    if (!existsSync(join(outlines, path.replace(/\.[^./]+$/, '.png')))) continue;
    const file = await openImageFile(new Uint8Array(await readFile(join(folder, path))), basename(path));
    const slice = await file.readSlice(0);
    const mask = await readMask(outlines, path, slice);
    const { values: input, region } = toModelInput(slice, model.card);
    const outline = outlineInInput(mask!, slice, model.card.architecture.inputSize, region);
    const [tumourClass] = path.split('/').slice(-2) as [TumourClass];
    for (const [method, make] of makers) {
      if (figures.some((one) => one.path === path && one.method === method && one.fold === fold)) continue;
      const [heat] = await make({ model, inputs: input, count: 1, classes: [tumourClass] });
      const place = placeOf({ model, class: tumourClass, input, heat: heat! }, outline);
      const areaInside = outline.reduce((sum, value) => sum + value, 0) / outline.length;
      // An empty map points nowhere.
      const { isPeakInside = false, energyInside = 0 } = place?.inside ?? {};
      const about = { path, fold, group: String(group ?? path), class: tumourClass, method };
      figures.push({ ...about, isPeakInside, energyInside, areaInside });
    }
    await writeFile(kept, JSON.stringify(figures));
  }
}

function summary(chosen: readonly Figure[]) {
  const mean = (items: readonly number[], of: (one: Figure) => number): number | null =>
    items.length === 0 ? null : items.reduce((sum, item) => sum + of(chosen[item]!), 0) / items.length;
  const figuresOf = (items: readonly number[]) => ({
    pointing: mean(items, (one) => Number(one.isPeakInside)),
    energy: mean(items, (one) => one.energyInside),
  });
  const groups = chosen.map(({ group }) => group);
  const intervals = bootstrapByGroups(groups, figuresOf, { seed: 7, samples: 1000, level: 0.95 });
  return { ...figuresOf([...chosen.keys()]), intervals };
}

/** Energy decides: a mean over slices moves less by chance than a share of hits. */
function printTables(): void {
  const groups = [...new Set(figures.map(({ group }) => group))].sort();
  const half = new Set(new RandomStream(7).shuffle(groups).slice(0, Math.floor(groups.length / 2)));
  const done = [...new Set(figures.map(({ method }) => method))];
  const slices = new Set(figures.map(({ path }) => path)).size;
  const area = figures.reduce((sum, one) => sum + one.areaInside / figures.length, 0);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const text = (value: number | null, interval: readonly number[] | null): string =>
    `${value?.toFixed(3) ?? '–'} (${interval?.map((end) => end.toFixed(3)).join(' – ') ?? '–'})`;
  print(
    `${slices} slices, ${groups.length} groups; outlines cover ${(100 * area).toFixed(1)} % of the picture`,
  );
  print(
    '| method | peak inside | energy inside | chosen on (energy) | reported on: peak | reported on: energy |',
  );
  print('| --- | --- | --- | --- | --- | --- |');
  for (const method of done) {
    const own = figures.filter((one) => one.method === method);
    const [all, choosing, reporting] = [
      summary(own),
      summary(own.filter(({ group }) => half.has(group))),
      summary(own.filter(({ group }) => !half.has(group))),
    ];
    const cells = [
      text(all.pointing, all.intervals.pointing),
      text(all.energy, all.intervals.energy),
      choosing.energy?.toFixed(3) ?? '–',
      text(reporting.pointing, reporting.intervals.pointing),
      text(reporting.energy, reporting.intervals.energy),
    ];
    print(`| ${method}${cheap.includes(method) ? ' *' : ''} | ${cells.join(' | ')} |`);
  }
  print('* costs at most two forward passes; may become the default');
}
