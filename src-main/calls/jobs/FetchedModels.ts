import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError } from '../../../src-shared/errors.ts';
import type { ModelSet } from '../../../src-shared/domain/jobs.ts';
import type { ChildPool } from '../../inference/InferenceChild.ts';
import type { ClaimedChunk } from '../../jobs/JobStore.ts';
import type { ModelShelf } from '../../jobs/ModelShelf.ts';
import { writeDurably } from '../../storage/writeDurably.ts';
import { openEngine, type Engine, type EngineOptions } from '../openEngine.ts';
import { modelSetOf } from './modelSetOf.ts';

/** An engine that answers for a chunk as its submitter's would, and what to ask it for. */
export interface ChunkEngine {
  engine: Engine;
  model: string;
}

/**
 * Models of submissions that this worker does not have: fetched from the store by fingerprint, verified, and kept in a
 * folder for each set. The engine of one set stays open, until a chunk wants another.
 */
export class FetchedModels {
  readonly #shelf: ModelShelf;
  readonly #folder: string;
  readonly #pool: ChildPool | undefined;
  #open: { modelSet: string; opening: Promise<ChunkEngine> } | null = null;

  /** @param folder - of all sets; made where it does not exist */
  constructor(shelf: ModelShelf, folder: string, pool: ChildPool | undefined) {
    this.#shelf = shelf;
    this.#folder = folder;
    this.#pool = pool;
  }

  /**
   * @throws UserError 'model-changed' where the store does not have the set either, 'model-damaged' where what came is not
   *   what was asked for
   */
  engineFor(chunk: ClaimedChunk): Promise<ChunkEngine> {
    if (this.#open?.modelSet !== chunk.modelSet) {
      this.close();
      const opening = this.#openFor(chunk);
      opening.catch(() => (this.#open = null));
      this.#open = { modelSet: chunk.modelSet, opening };
    }
    return this.#open.opening;
  }

  close(): void {
    void this.#open?.opening.then(({ engine }) => engine.close()).catch(() => undefined);
    this.#open = null;
  }

  async #openFor({ model: wish, modelSet }: ClaimedChunk): Promise<ChunkEngine> {
    const set = await this.#shelf.find(modelSet);
    if (set === null)
      throw new UserError('model-changed', {
        model: basename(wish),
        when: 'submitted',
        remedy: 'Install the models of the submission on this worker.',
      });
    const folder = join(this.#folder, modelSet);
    // A name becomes a folder's name only if it leads nowhere else.
    if (set.members.some(({ name }) => name !== basename(name) || name.startsWith('.')))
      throw new UserError('model-damaged', { model: basename(wish), reason: 'Its name is none.' });
    if (!existsSync(folder)) await this.#fetch(set, folder);
    const engine = openEngine({
      modelsFolder: folder,
      registry: choiceOf(set, folder),
      ...(this.#pool !== undefined && { pool: this.#pool }),
    });
    const named = set.members.find(({ slot }) => slot === 'named');
    const model = named === undefined ? 'auto' : join(folder, named.name);
    const { fingerprint } = await modelSetOf(model, engine.models);
    if (fingerprint === modelSet) return { engine, model };
    engine.close();
    await rm(folder, { recursive: true, force: true });
    throw new UserError('model-damaged', {
      model: basename(wish),
      reason: 'What the fleet’s store has of it is not what was submitted.',
    });
  }

  /** All of a set, or nothing of it: the folder takes its name when everything lies in it. */
  async #fetch(set: ModelSet, folder: string): Promise<void> {
    const half = `${folder}.${process.pid}.part`;
    await rm(half, { recursive: true, force: true });
    for (const { name, fingerprint } of set.members) {
      await mkdir(join(half, name), { recursive: true });
      for (const file of await this.#shelf.take(fingerprint))
        await writeDurably(join(half, name, basename(file.name)), [file.bytes]);
    }
    await rename(half, folder).catch(async (error: unknown) => {
      // Another worker of this machine was faster.
      if (!existsSync(folder)) throw error;
      await rm(half, { recursive: true, force: true });
    });
  }
}

/** What is in use for a slot is what the set says; a slot that fell back to the combined model does so here as well. */
function choiceOf({ members }: ModelSet, folder: string): NonNullable<EngineOptions['registry']> {
  const memberIn = (slot: string) => members.find((member) => member.slot === slot);
  return {
    folder,
    activeIn(slot) {
      const member = memberIn(slot);
      const isFallback = slot !== 'combined' && member?.fingerprint === memberIn('combined')?.fingerprint;
      return Promise.resolve(member === undefined || isFallback ? null : member.name);
    },
    entries: () => Promise.resolve(new Map()),
  };
}
