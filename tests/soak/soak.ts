import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { migrations } from '../../src-main/storage/migrations.ts';
import { openDatabase } from '../../src-main/storage/openDatabase.ts';
import { usualRecipe } from '../../src-shared/domain/trainingRun.ts';
import { augmentationPresets } from '../../src-shared/imaging/augmentation/augmentationPresets.ts';
import { writeSyntheticCases } from '../bench/syntheticCases.ts';
import { inventHead } from '../fixtures/inventHead.ts';
import { writeInventedDataset } from '../fixtures/writeInventedDataset.ts';
import { OpenedWorkstation } from '../flows/openedWorkstation.ts';
import { smallRecipe } from '../flows/training/smallTraining.ts';
import { residuesNow, type Residues } from './residues.ts';

/** How much is done. */
export interface SoakSize {
  rounds: number;
  /** Slices that are analysed in a round; all are new. */
  slicesPerRound: number;
  /** The first of them, a reading each. */
  readingsPerRound: number;
  /** After these rounds a training is launched, and runs beside what follows. */
  trainAfter: readonly number[];
  /** Of each training. */
  epochs: number;
  /** Rounds that do not count: caches fill, code is compiled, what starts with a first training is there. */
  warmUpRounds: number;
  /** Cases that the store holds at the start. */
  storedCases: number;
}

/** What was left behind. */
export interface SoakResult {
  analyses: number;
  readings: number;
  trainings: number;
  seconds: number;
  /** Slopes after the warm-up, MB per 1,000 analyses: the main process, and its inference processes. */
  mainMbPerThousand: number;
  inferenceMbPerThousand: number;
  /** Before the workstation was opened, and after it was closed. */
  before: Residues;
  after: Residues;
}

/** So small that it is full long before the warm-up ends: what fills a cache is no leak. */
const cacheBytes = 4 * 2 ** 20;
const side = 160;
const heads = 24;
const mostSecondsToEnd = 30;

/**
 * Uses a workstation as a busy department would, in fast-forward: pictures arrive, are analysed, looked at, read and
 * filed; lists are searched, cases are opened, compared by their figures and thrown away, and trainings run beside it.
 *
 * @throws when anything fails on the way: nothing here may
 */
export async function soak(
  size: SoakSize,
  onRound: (round: number, residues: Residues) => void,
): Promise<SoakResult> {
  const started = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'bratum-soak-'));
  // A place of its own for temporary files: what other programs leave there meanwhile is not ours.
  process.env['TMPDIR'] = join(folder, 'temporary');
  await mkdir(process.env['TMPDIR']);
  // With the first pipe of a process libuv opens /dev/null, once, as its reserve for the day when files run out.
  const first = spawn(process.execPath, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] });
  first.stdout.resume();
  await once(first, 'close');
  const before = await residuesNow();
  const prepareStore = (store: string): Promise<void> => fillStore(store, size.storedCases);
  const workstation = await OpenedWorkstation.open({ cacheBytes, prepareStore });
  const residues: Residues[] = [];
  const runs: string[] = [];
  try {
    await workstation.call('writeSettings', { readerName: 'Soak' });
    for (let round = 0; round < size.rounds; round++) {
      await workARound(workstation, join(folder, String(round)), round, size);
      if (size.trainAfter.includes(round))
        runs.push(await launch(workstation, join(folder, `set-${round}`), size.epochs));
      // What this program remembers of it is not the workstation's.
      workstation.events.length = 0;
      residues.push(await residuesNow());
      onRound(round, residues.at(-1)!);
    }
    for (const run of runs) await finished(workstation, run);
  } finally {
    await workstation.close();
  }
  const after = await settledResidues(before);
  await rm(folder, { recursive: true });
  const counted = residues.slice(size.warmUpRounds);
  const slope = (of: (one: Residues) => number): number =>
    (slopeOf(counted.map(of)) * 1000) / size.slicesPerRound;
  return {
    analyses: size.rounds * size.slicesPerRound,
    readings: size.rounds * size.readingsPerRound,
    trainings: runs.length,
    seconds: (performance.now() - started) / 1000,
    mainMbPerThousand: slope(({ mainMb }) => mainMb),
    inferenceMbPerThousand: slope(({ inferenceMb }) => inferenceMb),
    before,
    after,
  };
}

async function fillStore(folder: string, cases: number): Promise<void> {
  const database = await openDatabase(join(folder, 'cases.db'), migrations);
  writeSyntheticCases(database, cases);
  database.close();
}

async function workARound(
  workstation: OpenedWorkstation,
  folder: string,
  round: number,
  { slicesPerRound, readingsPerRound }: SoakSize,
): Promise<void> {
  await writePictures(folder, round * slicesPerRound, slicesPerRound);
  const slices = await workstation.openSlices(folder);
  const { outcome } = await workstation.job('analyseSlices', { slices });
  if (!outcome.ok || outcome.value.analysed !== slicesPerRound || outcome.value.recalled > 0)
    throw new Error(`round ${round}: ${JSON.stringify(outcome)}`);
  for (const slice of slices) {
    await workstation.call('readSlice', { slice });
    await workstation.call('readThumbnail', { slice, size: 96 });
  }
  for (const slice of slices.slice(0, readingsPerRound)) {
    await workstation.call('recordReading', { scope: 'slice', slice, finding: 'no_tumor', text: 'soak' });
    await workstation.call('listAnswers', { slice });
  }
  for (const search of ['', 'soak', 'glioma']) await workstation.call('listCases', { search });
  await workstation.call('listCaseFacets', {});
  await workstation.call('readStatistics', {});
  const { ids } = await workstation.call('listCaseIds', {});
  await workstation.call('openCase', { id: ids[0]! });
  await workstation.call('trashCases', { ids: ids.slice(-1) });
  await workstation.call('restoreCases', { ids: ids.slice(-1) });
}

/** Heads in turn, each a little brighter than the last: no two pictures of a soak are the same. */
async function writePictures(folder: string, first: number, count: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let picture = first; picture < first + count; picture++) {
    const grey = inventHead(picture % heads, side);
    for (let bit = 0; bit < 16; bit++)
      if ((picture >> bit) & 1) grey[(side * side) / 2 + side / 4 + bit]! ^= 63;
    const png = await sharp(grey, { raw: { width: side, height: side, channels: 1 } })
      .png()
      .toBuffer();
    await writeFile(join(folder, `${picture}.png`), png);
  }
}

async function launch(workstation: OpenedWorkstation, folder: string, epochs: number): Promise<string> {
  await writeInventedDataset(folder, 6);
  const { outcome } = await workstation.job('prepareTraining', {
    data: { kind: 'folder', source: workstation.addPaths(folder)[0]! },
    split: { protocol: 'published' },
    seed: 1,
    start: { kind: 'random' },
  });
  if (!outcome.ok) throw new Error(outcome.error.code);
  const { runs } = await workstation.call('launchTraining', {
    plan: outcome.value.plan,
    title: 'Soak',
    subsets: ['combined'],
    fold: 0,
    engine: 'onnx',
    provider: 'cpu',
    threads: 1,
    recipe: { ...usualRecipe, ...smallRecipe, seed: 1, epochs, augmentation: augmentationPresets.light },
  });
  return runs[0]!;
}

async function finished(workstation: OpenedWorkstation, run: string): Promise<void> {
  for (;;) {
    const { summary } = await workstation.call('readRun', { run });
    if (summary.state === 'finished') return;
    if (summary.failure !== null) throw new Error(JSON.stringify(summary.failure));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Of the line of least squares through values at 0, 1, 2, …; 0 for fewer than two. */
function slopeOf(values: readonly number[]): number {
  const [middle, mean] = [
    (values.length - 1) / 2,
    values.reduce((sum, value) => sum + value, 0) / values.length,
  ];
  const above = values.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0);
  const below = values.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
  return below === 0 ? 0 : above / below;
}

/** The process of a run that has finished ends by itself, a moment after the workstation has closed. */
async function settledResidues(before: Residues): Promise<Residues> {
  const latest = performance.now() + mostSecondsToEnd * 1000;
  for (;;) {
    const after = await residuesNow();
    if (leftBehind({ before, after }).length === 0 || performance.now() > latest) return after;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Pipes and sockets have new numbers each time, so they are counted by their kind. */
function openedSince(before: readonly string[], after: readonly string[]): string[] {
  const remaining = before.map(kindOf);
  return after.flatMap((handle) => {
    const place = remaining.indexOf(kindOf(handle));
    if (place >= 0) remaining.splice(place, 1);
    return place >= 0 ? [] : [`open ${handle}`];
  });
}

function kindOf(handle: string): string {
  return handle.replace(/\[\d+\]$/, '');
}

/** What a workstation that was closed may not leave: handles, processes, temporary files. */
export function leftBehind({ before, after }: Pick<SoakResult, 'before' | 'after'>): string[] {
  return [
    ...(after.processes > before.processes ? [`${after.processes - before.processes} processes`] : []),
    ...openedSince(before.handles, after.handles),
    ...after.temporary.filter((name) => !before.temporary.includes(name)),
  ];
}
