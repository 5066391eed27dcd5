import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { importPictures } from '../../src-main/calls/importPictures.ts';
import { openEngine, type Engine } from '../../src-main/calls/openEngine.ts';
import { scanDataset } from '../../src-main/calls/scanDataset.ts';
import { scanWorkspace } from '../../src-main/calls/scanWorkspace.ts';
import { DatasetStore } from '../../src-main/datasets/workspace/DatasetStore.ts';
import { judgePairs, plantPairs } from '../fixtures/plantPairs.ts';
import { openBareParts, runBare } from './bareParts.ts';
import { benchPictures } from './benchPictures.ts';
import type { Measurement } from './Measurement.ts';
import { measureCost, type Cost } from './measureCost.ts';
import { usageOfTree } from './processTree.ts';

/** The training half of the public set; `BRATUM_BENCH_PICTURES=N` takes fewer. */
const pictureCount = Number(process.env['BRATUM_BENCH_PICTURES'] ?? 2870);
const plantedCount = Math.min(300, pictureCount);
const limit = 1.3;

/**
 * The scan of a folder, and import and hygiene of the workspace, against decoding each picture and one forward pass of a
 * bare session; memory at a tenth of the pictures and at all of them; and planted copies found again.
 */
export async function benchDatasets(): Promise<Measurement[]> {
  const pictures = await benchPictures(pictureCount);
  console.error(`Scanning ${pictures.description} on ${availableParallelism()} cores.`);
  const scratch = await mkdtemp(join(tmpdir(), 'bratum-bench-datasets-'));
  const engine = openEngine();
  try {
    const folder = await gather(join(scratch, 'all'), pictures.files);
    const tenth = await gather(
      join(scratch, 'tenth'),
      pictures.files.filter((_, i) => i % 10 === 0),
    );
    await scan(engine, tenth);
    const memoryOfTenth = usageOfTree().peakRssMb;
    const scanned = await measureCost(() => scan(engine, folder));
    const memory = usageOfTree().peakRssMb;
    const imported = await measureCost(() => importAndScan(engine, folder, join(scratch, 'store')));
    const bare = await openBareParts(engine);
    const reference = await measureCost(() => runBare(bare, pictures.files));
    const found = await findPlanted(join(scratch, 'planted'), pictures.files);
    return report({ scanned, imported, reference, memory, memoryOfTenth, ...found });
  } finally {
    engine.close();
    await rm(scratch, { recursive: true });
    await pictures.remove();
  }
}

/** Copies under names without neighbours, as files come that nobody numbered. */
async function gather(folder: string, files: readonly string[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [i, file] of files.entries()) await copyFile(file, join(folder, `${i * 10}${extname(file)}`));
  return folder;
}

async function scan(engine: Engine, folder: string): Promise<void> {
  const { unreadable } = await scanDataset(folder, { labelFile: null, engine });
  if (unreadable.length > 0) throw new Error(`${unreadable.length} pictures could not be read`);
}

async function importAndScan(engine: Engine, folder: string, storeFolder: string): Promise<void> {
  const store = await DatasetStore.open(storeFolder);
  try {
    const dataset = store.sets.create('bench');
    const context = { signal: new AbortController().signal, progress: () => undefined };
    await importPictures(store, { dataset, paths: [folder], isCopying: false, who: 'bench' }, context);
    await scanWorkspace(store, dataset, engine, context);
  } finally {
    store.close();
  }
}

async function findPlanted(
  folder: string,
  files: readonly string[],
): Promise<{ recall: number; precision: number }> {
  const scanned = await scanDataset(await gather(`${folder}-sources`, files), { labelFile: null });
  // One of each group, so that what is found again was planted.
  const singles = [...new Set(scanned.grouping.groupOf)].map((i) => scanned.pictures[i]!.path);
  const step = Math.max(1, Math.floor(singles.length / plantedCount));
  const chosen = singles.filter((_, i) => i % step === 0).slice(0, plantedCount);
  const bytes = await Promise.all(chosen.map((path) => readFile(join(`${folder}-sources`, path))));
  const planted = await plantPairs(folder, bytes);
  const { grouping, pictures } = await scanDataset(folder, { labelFile: null });
  const groups = grouping.copies.map((set) => set.map((i) => pictures[i]!.path));
  return judgePairs(planted, groups);
}

interface Findings {
  scanned: Cost;
  imported: Cost;
  reference: Cost;
  memory: number;
  memoryOfTenth: number;
  recall: number;
  precision: number;
}

function report(found: Findings): Measurement[] {
  const { scanned, imported, reference, memory, memoryOfTenth, recall, precision } = found;
  const line = (name: string, value: number, of: number): Measurement => ({
    ...{ name, value, unit: 'ms', limitName: `${limit} × (decode + one forward)` },
    ...{ limitValue: limit * of, ratio: value / of, peakRssMb: memory },
  });
  const share = (name: string, value: number, least: number): Measurement => ({
    ...{ name, value, unit: 'share', limitName: `at least ${least}`, limitValue: least },
    ...{ ratio: value / least, peakRssMb: memory },
  });
  const cores = availableParallelism();
  return [
    line(`scan of ${pictureCount} pictures, CPU`, scanned.cpuMs, reference.cpuMs),
    line('scan, wall × cores', scanned.wallMs * cores, reference.cpuMs),
    line('import into the workspace and hygiene, CPU', imported.cpuMs, reference.cpuMs),
    {
      ...{ name: 'peak memory, ten times the pictures', value: memory, unit: 'MB' },
      ...{ limitName: 'a tenth of the pictures', limitValue: memoryOfTenth },
      ...{ ratio: memory / memoryOfTenth, peakRssMb: memory },
    },
    share(`planted copies of ${plantedCount} pictures found, recall`, recall, 0.95),
    share('of pairs found planted, precision', precision, 0.98),
  ];
}
