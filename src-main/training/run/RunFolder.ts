import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  runDocumentSchema,
  type EpochRecord,
  type RunDocument,
} from '../../../src-shared/domain/trainingRun.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { readSplit, writeSplit } from '../../datasets/splits/splitFile.ts';
import type { Split } from '../../datasets/splits/Split.ts';
import { historyFileName, trainingImagesFileName } from '../../network/loadModel.ts';
import { writeDurably } from '../../storage/writeDurably.ts';
import { historyText } from '../modelFolder/writeModelFolder.ts';
import { acquireLock, releaseLock } from './runLock.ts';
import { freshState, readCheckpoint, writeCheckpoint, type Checkpoint } from './Checkpoint.ts';

/** What a run begins with. */
export interface RunStart {
  weights: Float32Array;
  /** SHA-256 of the files that these weights were trained on. */
  trainingImages: ReadonlySet<string>;
}

/**
 * A run's folder: `run.json`, `split.json`, `history.json`, `checkpoint/`, and once the run has ended `best/`, a model
 * folder, and its `training-images.txt`. Every file is replaced whole; the checkpoint is what a run goes on from, the others follow it.
 */
export class RunFolder {
  readonly path: string;
  readonly #lock: string;

  private constructor(path: string) {
    this.path = path;
    this.#lock = join(path, 'lock');
  }

  /** Where the model of the best epoch belongs. */
  get best(): string {
    return join(this.path, 'best');
  }

  /**
   * Makes the folder of a new run, and the run's own until `release`.
   *
   * @throws UserError 'run-exists' where a run is, 'run-busy', 'folder-unwritable'
   */
  static async create(path: string): Promise<RunFolder> {
    const folder = new RunFolder(path);
    const entries = await makeFolder(path);
    if (entries.includes('run.json')) throw new UserError('run-exists', { folder: basename(path) });
    await acquireLock(folder.#lock);
    return folder;
  }

  /** Opens the folder of a run to go on with it. @throws UserError 'run-not-found', 'run-busy' */
  static async reopen(path: string): Promise<RunFolder> {
    const folder = new RunFolder(path);
    const entries = await readdir(path).catch((): string[] => []);
    if (!entries.includes('run.json')) throw new UserError('run-not-found', { folder: basename(path) });
    await acquireLock(folder.#lock);
    return folder;
  }

  /** Opens the folder of a run to look into it while others may train in it. @throws UserError 'run-not-found' */
  static async inspect(path: string): Promise<RunFolder> {
    const entries = await readdir(path).catch((): string[] => []);
    if (!entries.includes('run.json')) throw new UserError('run-not-found', { folder: basename(path) });
    return new RunFolder(path);
  }

  /** Lets others have the folder. */
  async release(): Promise<void> {
    await releaseLock(this.#lock);
  }

  /**
   * Writes what the run is made of; `run.json` last, since it makes the folder a run. Checkpoints that an earlier run
   * left are deleted, or this one would go on from them.
   *
   * @throws UserError 'disk-full', 'folder-unwritable'
   */
  async describe(run: RunDocument, split: Split, start: RunStart): Promise<void> {
    const checkpoints = join(this.path, 'checkpoint');
    await mkdir(checkpoints, { recursive: true });
    for (const name of ['last.bin', 'best.bin']) await rm(join(checkpoints, name), { force: true });
    await writeSplit(join(this.path, 'split.json'), split);
    await this.#writeVector('start', start.weights);
    const hashes = [...start.trainingImages].map((hash) => `${hash}\n`);
    await writeDurably(join(this.path, 'checkpoint', 'start-images.txt'), hashes);
    await writeDurably(join(this.path, 'run.json'), [`${JSON.stringify(run, null, 2)}\n`]);
  }

  /** @throws UserError 'run-damaged' where `run.json` or `split.json` is not what was written */
  async read(): Promise<{ run: RunDocument; split: Split }> {
    const run = await this.#undamaged('run.json', async () =>
      runDocumentSchema.parse(JSON.parse(await readFile(join(this.path, 'run.json'), 'utf8'))),
    );
    const split = await this.#undamaged('split.json', () => readSplit(join(this.path, 'split.json')));
    if (split.sha256 !== run.split.sha256) throw this.damaged('split.json is of another run.');
    return { run, split };
  }

  /** SHA-256 of the pictures that the start was trained on. @throws UserError 'run-damaged' */
  async readStartImages(): Promise<string[]> {
    const name = 'checkpoint/start-images.txt';
    const text = await this.#undamaged(name, () => readFile(join(this.path, name), 'utf8'));
    return text.match(/^[0-9a-f]{64}$/gm) ?? [];
  }

  /** Writes the list of pictures that decided about the weights, as it also lies in the model folder. */
  writeTrainingImages(text: string): Promise<void> {
    return writeDurably(join(this.path, trainingImagesFileName), [text]);
  }

  /** @returns null before the first checkpoint @throws UserError 'run-damaged' */
  async readCheckpoint(): Promise<Checkpoint | null> {
    return this.#readCheckpointFile('last.bin');
  }

  /** Writes the checkpoint, then the history that it holds, for people and scripts. */
  async writeCheckpoint(checkpoint: Checkpoint): Promise<void> {
    await writeCheckpoint(join(this.path, 'checkpoint', 'last.bin'), checkpoint);
    await this.#writeHistory(checkpoint.state.history);
  }

  /** The weights that the run started from. @throws UserError 'run-damaged' */
  readStart(): Promise<Float32Array> {
    return this.#readVector('start');
  }

  writeBest(weights: Float32Array): Promise<void> {
    return this.#writeVector('best', weights);
  }

  /** @throws UserError 'run-damaged' where no epoch was ever validated */
  readBest(): Promise<Float32Array> {
    return this.#readVector('best');
  }

  /** The error that says why this run cannot be continued. */
  damaged(reason: string, cause?: unknown): UserError {
    return new UserError('run-damaged', { folder: basename(this.path), reason }, { cause });
  }

  #writeHistory(epochs: readonly EpochRecord[]): Promise<void> {
    return writeDurably(join(this.path, historyFileName), [historyText(epochs)]);
  }

  #writeVector(name: string, values: Float32Array): Promise<void> {
    return writeCheckpoint(join(this.path, 'checkpoint', `${name}.bin`), {
      state: freshState,
      vectors: new Map([[name, values]]),
    });
  }

  async #readVector(name: string): Promise<Float32Array> {
    const checkpoint = await this.#readCheckpointFile(`${name}.bin`);
    const values = checkpoint?.vectors.get(name);
    if (values === undefined) throw this.damaged(`checkpoint/${name}.bin is missing.`);
    return values;
  }

  #readCheckpointFile(name: string): Promise<Checkpoint | null> {
    return this.#undamaged(`checkpoint/${name}`, () => readCheckpoint(join(this.path, 'checkpoint', name)));
  }

  /** The run's files are our own: whatever is wrong with one, the run cannot be continued. */
  async #undamaged<Value>(file: string, read: () => Promise<Value>): Promise<Value> {
    try {
      return await read();
    } catch (cause) {
      throw this.damaged(`${file} is missing or damaged.`, cause);
    }
  }
}

async function makeFolder(path: string): Promise<string[]> {
  try {
    await mkdir(path, { recursive: true });
    return await readdir(path);
  } catch (cause) {
    throw new UserError('folder-unwritable', { folder: basename(path) }, { cause });
  }
}
