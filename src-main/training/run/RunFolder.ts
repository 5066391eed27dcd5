import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runDocumentSchema, type EpochRecord, type RunDocument } from '../../../src-shared/domain/trainingRun.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { readSplit, writeSplit } from '../../datasets/splits/splitFile.ts';
import type { Split } from '../../datasets/splits/Split.ts';
import { writeDurably } from '../../storage/writeDurably.ts';
import { freshState, readCheckpoint, writeCheckpoint, type Checkpoint } from './Checkpoint.ts';

/** What a run begins with. */
export interface RunStart {
  weights: Float32Array;
  /** SHA-256 of the files that these weights were trained on. */
  trainingImages: ReadonlySet<string>;
}

/**
 * A run's folder: `run.json`, `split.json`, `history.json`, `checkpoint/`, and `best/`, a model folder, once the run
 * has ended. Every file is replaced whole; the checkpoint is what a run goes on from, the others follow it.
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
   * @throws UserError 'run-exists' where a run is, 'folder-unwritable'
   */
  static async create(path: string): Promise<RunFolder> {
    const folder = new RunFolder(path);
    const entries = await makeFolder(path);
    if (entries.includes('run.json')) throw new UserError('run-exists', { folder: basename(path) });
    await folder.#acquire();
    return folder;
  }

  /** Opens the folder of a run to go on with it. @throws UserError 'run-not-found', 'run-busy' */
  static async reopen(path: string): Promise<RunFolder> {
    const folder = new RunFolder(path);
    const entries = await readdir(path).catch((): string[] => []);
    if (!entries.includes('run.json')) throw new UserError('run-not-found', { folder: basename(path) });
    await folder.#acquire();
    return folder;
  }

  /** Lets others have the folder. */
  async release(): Promise<void> {
    await rm(this.#lock, { force: true });
  }

  /** Writes what the run is made of; `run.json` last, since it makes the folder a run. */
  async describe(run: RunDocument, split: Split, start: RunStart): Promise<void> {
    await mkdir(join(this.path, 'checkpoint'), { recursive: true });
    await writeSplit(join(this.path, 'split.json'), split);
    await this.#writeVector('start', start.weights);
    const hashes = [...start.trainingImages].map((hash) => `${hash}\n`);
    await writeDurably(join(this.path, 'checkpoint', 'start-images.txt'), hashes);
    await writeDurably(join(this.path, 'run.json'), [`${JSON.stringify(run, null, 2)}\n`]);
  }

  /** @throws UserError 'run-damaged', or what `readSplit` throws */
  async read(): Promise<{ run: RunDocument; split: Split }> {
    const text = await readFile(join(this.path, 'run.json'), 'utf8');
    const run = this.#undamaged(() => runDocumentSchema.parse(JSON.parse(text)), 'run.json is not a run of version 1.');
    const split = await readSplit(join(this.path, 'split.json'));
    if (split.sha256 !== run.split.sha256)
      throw new UserError('run-damaged', { folder: basename(this.path), reason: 'split.json is of another run.' });
    return { run, split };
  }

  /** SHA-256 of the pictures that the start was trained on. */
  async readStartImages(): Promise<string[]> {
    const text = await readFile(join(this.path, 'checkpoint', 'start-images.txt'), 'utf8').catch(() => '');
    return text.match(/^[0-9a-f]{64}$/gm) ?? [];
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

  #writeHistory(epochs: readonly EpochRecord[]): Promise<void> {
    return writeDurably(join(this.path, 'history.json'), [`${JSON.stringify({ epochs }, null, 2)}\n`]);
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
    if (values === undefined)
      throw new UserError('run-damaged', { folder: basename(this.path), reason: `checkpoint/${name}.bin is missing.` });
    return values;
  }

  async #readCheckpointFile(name: string): Promise<Checkpoint | null> {
    try {
      return await readCheckpoint(join(this.path, 'checkpoint', name));
    } catch (cause) {
      const reason = `checkpoint/${name} is damaged.`;
      throw new UserError('run-damaged', { folder: basename(this.path), reason }, { cause });
    }
  }

  #undamaged<Value>(read: () => Value, reason: string): Value {
    try {
      return read();
    } catch (cause) {
      throw new UserError('run-damaged', { folder: basename(this.path), reason }, { cause });
    }
  }

  /** One process at a time; the lock of one that was killed is taken over. */
  async #acquire(): Promise<void> {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        const handle = await open(this.#lock, 'wx');
        await handle.writeFile(String(process.pid));
        await handle.close();
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
          throw new UserError('folder-unwritable', { folder: basename(this.path) }, { cause: error });
        const owner = Number(await readFile(this.#lock, 'utf8').catch(() => ''));
        if (owner !== process.pid && isRunning(owner)) break;
        await rm(this.#lock, { force: true });
      }
    }
    throw new UserError('run-busy', { folder: basename(this.path) });
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

/** Signal 0 asks whether a process is there. */
function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
