import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { importPictures } from '../../src-main/calls/importPictures.ts';
import { openEngine, type Engine } from '../../src-main/calls/openEngine.ts';
import { scanDataset } from '../../src-main/calls/scanDataset.ts';
import { scanWorkspace } from '../../src-main/calls/scanWorkspace.ts';
import { DatasetStore } from '../../src-main/datasets/workspace/DatasetStore.ts';
import { judgePairs, plantPairs } from '../fixtures/plantPairs.ts';
import { openBareParts, runBare, type BareParts } from './bareParts.ts';
import { benchPictures } from './benchPictures.ts';
import type { Measurement } from './Measurement.ts';
import { measureCost, type Cost } from './measureCost.ts';
import { measureLabelKeys } from './labelKeys.ts';
import { usageOfTree } from './processTree.ts';

/** The whole public set; `BRATUM_BENCH_PICTURES=N` takes fewer. */
const pictureCount = Number(process.env['BRATUM_BENCH_PICTURES'] ?? 3264);
/** How often each picture is there, with other bytes each time. */
const copyCount = Number(process.env['BRATUM_BENCH_COPIES'] ?? 1);
const plantedCount = Math.min(300, pictureCount);
const limit = 1.3;

/** The pictures come in so many parts, and limit and work take turns, so that the company of the machine hits both. */
const partCount = 10;

/**
 * Import and hygiene of the workspace, and the scan of a folder, against decoding each picture and one forward pass of a
 * bare session; memory after a tenth of the pictures and after all of them; planted copies found again; and the time from
 * a key to a label that is stored and painted.
 */
export async function benchDatasets(): Promise<Measurement[]> {
  const pictures = await benchPictures(pictureCount);
  console.error(`${pictures.description}, ${copyCount} times, on ${availableParallelism()} cores.`);
  const scratch = await mkdtemp(join(tmpdir(), 'bratum-bench-datasets-'));
  const engine = openEngine();
  try {
    const folder = join(scratch, 'all');
    const parts = await gather(folder, pictures.files);
    const taken = await takeTurns(engine, parts, join(scratch, 'store'));
    const scanned = await measureCost(() => scan(engine, folder));
    const bare = await openBareParts(engine);
    const afterwards = await measureCost(() => runBare(bare, pictures.files));
    console.error(`Scanned: ${JSON.stringify({ scanned, afterwards })}`);
    const { peakRssMb } = usageOfTree();
    const found = await findPlanted(join(scratch, 'planted'), pictures.files);
    const reference = {
      cpuMs: (copyCount * (taken.reference.cpuMs + afterwards.cpuMs)) / 2,
      wallMs: (copyCount * (taken.reference.wallMs + afterwards.wallMs)) / 2,
    };
    const costs = report({ ...taken, scanned, scanReference: reference, peakRssMb, ...found });
    return [...costs, ...(await measureLabelKeys())];
  } finally {
    engine.close();
    await rm(scratch, { recursive: true });
    await pictures.remove();
  }
}

/** A part of the pictures, as it is imported, and the files that it was copied from where they are measured bare, too. */
interface PictureFolder {
  folder: string;
  originals: string[];
}

/**
 * Copies under names without neighbours, as files come that nobody numbered. Of several copies of a picture each has other
 * bytes, by a comment after the JPEG's first marker (ITU-T T.81, B.2.4.5), and only the first is measured bare.
 */
async function gather(folder: string, files: readonly string[]): Promise<PictureFolder[]> {
  const parts: PictureFolder[] = [];
  for (let copy = 0; copy < copyCount; copy++)
    for (let place = 0; place < partCount; place++) {
      const part = join(folder, `${copy}-${place}`);
      await mkdir(part, { recursive: true });
      const originals = files.filter((_, i) => i % partCount === place);
      for (const [i, file] of originals.entries()) {
        const target = join(part, `${i * 10}${extname(file)}`);
        if (copy === 0) await copyFile(file, target);
        else await writeFile(target, withComment(await readFile(file), `copy ${copy}`));
      }
      parts.push({ folder: part, originals: copy === 0 ? originals : [] });
    }
  return parts;
}

function withComment(jpeg: Buffer, text: string): Buffer {
  const comment = Buffer.from(`\xff\xfe\x00\x00${text}`, 'latin1');
  comment.writeUInt16BE(text.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]);
}

interface Turns {
  /** Of one copy of each picture. */
  reference: Cost;
  imported: Cost;
  /** Peak memory in MB after a tenth of the parts. */
  early: number;
}

/** Imports part after part into one data set, the bare parts' turn before each, and checks the set at the end. */
async function takeTurns(
  engine: Engine,
  parts: readonly PictureFolder[],
  storeFolder: string,
): Promise<Turns> {
  const store = await DatasetStore.open(storeFolder);
  const turns: Turns = { reference: { cpuMs: 0, wallMs: 0 }, imported: { cpuMs: 0, wallMs: 0 }, early: 0 };
  try {
    const dataset = store.sets.create('bench');
    const context = { signal: new AbortController().signal, progress: () => undefined };
    const request = { dataset, isCopying: false, who: 'bench', tools: engine };
    const bare = await openBareParts(engine);
    await warmUp(bare, parts[0]!);
    for (const [i, { folder, originals }] of parts.entries()) {
      add(turns.reference, await measureCost(() => runBare(bare, originals)));
      const work = async () => void (await importPictures(store, { ...request, paths: [folder] }, context));
      add(turns.imported, await measureCost(work));
      if (i + 1 === Math.ceil(parts.length / 10)) turns.early = usageOfTree().peakRssMb;
      console.error(`${i + 1} of ${parts.length} parts: ${JSON.stringify(turns)}`);
    }
    add(turns.imported, await measureCost(() => scanWorkspace(store, dataset, engine, context)));
    return turns;
  } finally {
    store.close();
  }
}

/** Loading the decoder is no picture's cost. */
async function warmUp(bare: BareParts, { originals }: PictureFolder): Promise<void> {
  await runBare(bare, originals.slice(0, 2));
}

function add(sum: Cost, part: Cost): void {
  sum.cpuMs += part.cpuMs;
  sum.wallMs += part.wallMs;
}

async function scan(engine: Engine, folder: string): Promise<void> {
  const { unreadable } = await scanDataset(folder, { labelFile: null, engine });
  if (unreadable.length > 0) throw new Error(`${unreadable.length} pictures could not be read`);
}

async function findPlanted(
  folder: string,
  files: readonly string[],
): Promise<{ recall: number; precision: number }> {
  await mkdir(`${folder}-sources`, { recursive: true });
  for (const [i, file] of files.entries())
    await copyFile(file, join(`${folder}-sources`, `${i * 10}${extname(file)}`));
  const scanned = await scanDataset(`${folder}-sources`, { labelFile: null });
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

interface Findings extends Turns {
  scanned: Cost;
  scanReference: Cost;
  peakRssMb: number;
  recall: number;
  precision: number;
}

function report(found: Findings): Measurement[] {
  const { scanned, scanReference, imported, reference, early, peakRssMb, recall, precision } = found;
  const line = (name: string, value: number, of: number): Measurement => ({
    ...{ name, value, unit: 'ms', limitName: `${limit} × (decode + one forward)` },
    ...{ limitValue: limit * of, ratio: value / of, peakRssMb },
  });
  const share = (name: string, value: number, least: number): Measurement => ({
    ...{ name, value, unit: 'share', limitName: `at least ${least}`, limitValue: least },
    ...{ ratio: value / least, peakRssMb },
  });
  const files = pictureCount * copyCount;
  return [
    line(`import and hygiene of ${files} files, CPU`, imported.cpuMs, copyCount * reference.cpuMs),
    line('import and hygiene, wall', imported.wallMs, copyCount * reference.wallMs),
    line(`scan of ${files} files, CPU`, scanned.cpuMs, scanReference.cpuMs),
    line('scan, wall', scanned.wallMs, scanReference.wallMs),
    {
      ...{ name: 'peak memory of import, hygiene and scan', value: peakRssMb, unit: 'MB' },
      ...{ limitName: 'after a tenth of the import', limitValue: early, ratio: peakRssMb / early, peakRssMb },
    },
    share(`planted copies of ${plantedCount} pictures found, recall`, recall, 0.95),
    share('of pairs found planted, precision', precision, 0.98),
  ];
}
