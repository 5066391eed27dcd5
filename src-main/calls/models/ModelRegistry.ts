import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Activation, ModelSlot } from '../../../src-shared/domain/modelRegistry.ts';
import type { Database } from '../../storage/Database.ts';
import { openDatabase } from '../../storage/openDatabase.ts';
import { registryMigrations } from './registryMigrations.ts';

/** What is remembered of a model that a person took in. */
export interface RegistryEntry {
  name: string;
  fingerprint: string;
  /** Where it came from, in words. */
  source: string;
  addedAt: string;
  isArchived: boolean;
}

/**
 * A person's own models (`models/`) and what every model is in use for (`models.db`), in one folder. Reading creates
 * nothing: without the file nothing was ever activated.
 */
export class ModelRegistry {
  /** Of model folders. */
  readonly folder: string;
  readonly #file: string;
  #opening: Promise<Database> | null = null;

  constructor(dataFolder: string) {
    this.folder = join(dataFolder, 'models');
    this.#file = join(dataFolder, 'models.db');
  }

  /** The name of the model that is in use for a slot; null: what the application came with. @throws UserError 'store-…' */
  async activeIn(slot: ModelSlot): Promise<string | null> {
    return (await this.#newest(slot, 1))[0] ?? null;
  }

  /** What was in use before; undefined where there was nothing before. */
  async previousIn(slot: ModelSlot): Promise<string | null | undefined> {
    const [, previous] = await this.#newest(slot, 2);
    return previous;
  }

  /** Every change, the newest first. */
  async history(): Promise<Activation[]> {
    const database = await this.#existing();
    if (database === null) return [];
    const select = database.prepare<[], Activation>(
      'SELECT slot, model, activated_at AS activatedAt FROM activations ORDER BY id DESC LIMIT 500',
    );
    return database.read(() => select.all());
  }

  /** Puts a model to use; null: what the application came with. */
  async activate(slot: ModelSlot, model: string | null): Promise<void> {
    const database = await this.#open();
    const insert = database.prepare<[string, string | null, string]>(
      'INSERT INTO activations (slot, model, activated_at) VALUES (?, ?, ?)',
    );
    database.write(() => insert.run(slot, model, new Date().toISOString()));
  }

  /** Takes the newest change of a slot back, so that what was in use before is again. */
  async rollBack(slot: ModelSlot): Promise<void> {
    const database = await this.#open();
    const remove = database.prepare<[string]>(
      'DELETE FROM activations WHERE id = (SELECT max(id) FROM activations WHERE slot = ?)',
    );
    database.write(() => remove.run(slot));
  }

  /** The models that a person took in, by name. */
  async entries(): Promise<Map<string, RegistryEntry>> {
    const database = await this.#existing();
    if (database === null) return new Map();
    const select = database.prepare<[], Omit<RegistryEntry, 'isArchived'> & { isArchived: number }>(
      'SELECT name, fingerprint, source, added_at AS addedAt, is_archived AS isArchived FROM models',
    );
    const rows = database.read(() => select.all());
    return new Map(rows.map((row) => [row.name, { ...row, isArchived: row.isArchived === 1 }]));
  }

  async add(entry: Omit<RegistryEntry, 'isArchived'>): Promise<void> {
    const database = await this.#open();
    const insert = database.prepare<[Omit<RegistryEntry, 'isArchived'>]>(
      `INSERT OR REPLACE INTO models (name, fingerprint, source, added_at)
       VALUES (@name, @fingerprint, @source, @addedAt)`,
    );
    database.write(() => insert.run(entry));
  }

  async setArchived(name: string, isArchived: boolean): Promise<void> {
    const database = await this.#open();
    const update = database.prepare<[number, string]>('UPDATE models SET is_archived = ? WHERE name = ?');
    database.write(() => update.run(isArchived ? 1 : 0, name));
  }

  async close(): Promise<void> {
    (await this.#opening?.catch(() => null))?.close();
    this.#opening = null;
  }

  async #newest(slot: ModelSlot, count: number): Promise<(string | null)[]> {
    const database = await this.#existing();
    if (database === null) return [];
    const select = database.prepare<[string, number], { model: string | null }>(
      'SELECT model FROM activations WHERE slot = ? ORDER BY id DESC LIMIT ?',
    );
    return database.read(() => select.all(slot, count)).map(({ model }) => model);
  }

  async #existing(): Promise<Database | null> {
    return this.#opening !== null || existsSync(this.#file) ? this.#open() : null;
  }

  #open(): Promise<Database> {
    if (this.#opening === null) {
      const opening = openDatabase(this.#file, registryMigrations);
      opening.catch(() => (this.#opening = null));
      this.#opening = opening;
    }
    return this.#opening;
  }
}
