import { join } from 'node:path';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { UserError } from '../../src-shared/errors.ts';
import { BlobStore } from '../storage/BlobStore.ts';
import type { Database } from '../storage/Database.ts';
import { openDatabase } from '../storage/openDatabase.ts';
import { reviewMigrations } from './migrations.ts';

/** To be raised when a method's maps change: those that were kept before are made again. */
const mapsVersion = 1;

/** What a map follows from: the same key means the same map. */
export interface MapKey {
  /** Hash of the slice's pixels. */
  picture: string;
  modelFingerprint: string;
  /** A kind of map by its name. */
  method: string;
  /** The class that was asked for. */
  class: TumourClass | 'predicted';
}

/** A map as it was made. */
export interface KeptMap {
  /** The class that it explains. */
  class: TumourClass;
  /** Of the whole picture, in the model's order of classes. */
  logits: Float32Array<ArrayBuffer>;
  rows: number;
  columns: number;
  /** After ReLU, unscaled, [row][column]. */
  values: Float32Array<ArrayBuffer>;
}

interface Row {
  class: TumourClass;
  rows: number;
  columns: number;
  logitCount: number;
  blob: string;
}

/**
 * Heatmaps that were made once: rows of `review.db`, values in a blob store of their own. Methods have their own
 * parameters, which `mapsVersion` stands for. A map that is missing or damaged is made again; the oldest go when there
 * are too many.
 */
export class HeatmapCache {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #capacity: number;

  private constructor(database: Database, blobs: BlobStore, capacity: number) {
    this.#database = database;
    this.#blobs = blobs;
    this.#capacity = capacity;
  }

  /** @param capacity - maps that are kept at most @throws UserError 'store-…' */
  static async open(folder: string, capacity = 50_000): Promise<HeatmapCache> {
    const database = await openDatabase(join(folder, 'review.db'), reviewMigrations);
    try {
      return new HeatmapCache(database, await BlobStore.open(join(folder, 'heatmaps')), capacity);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** @returns null where it is not kept */
  async read(key: MapKey): Promise<KeptMap | null> {
    const select = this.#database.prepare<[MapKey & { version: number }], Row>(
      `SELECT explained AS class, row_count AS rows, column_count AS columns, logit_count AS logitCount, blob FROM maps
       WHERE picture = @picture AND model_fingerprint = @modelFingerprint AND method = @method AND class = @class
         AND version = @version`,
    );
    const row = this.#database.read(() => select.get({ ...key, version: mapsVersion }));
    if (row === undefined) return null;
    const { logitCount, blob, ...shape } = row;
    try {
      const bytes = await this.#blobs.read(blob, 4 * (logitCount + row.rows * row.columns));
      const numbers = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
      return { ...shape, logits: numbers.slice(0, logitCount), values: numbers.slice(logitCount) };
    } catch (error) {
      if (!(error instanceof UserError && error.code === 'store-damaged')) throw error;
      // Else the same values, made again, would be taken for kept.
      this.#blobs.remove(blob, 0);
      return null;
    }
  }

  async write(key: MapKey, { class: explained, logits, rows, columns, values }: KeptMap): Promise<void> {
    const numbers = Float32Array.of(...logits, ...values);
    const [blob] = await this.#blobs.writeAll([new Uint8Array(numbers.buffer)]);
    const insert = this.#database.prepare<[Record<string, string | number>]>(
      `INSERT OR REPLACE INTO maps
         (picture, model_fingerprint, method, class, version, explained, logit_count, row_count, column_count, blob)
       VALUES (@picture, @modelFingerprint, @method, @class, @version, @explained, @logitCount, @rows, @columns, @blob)`,
    );
    this.#database.write(() => {
      insert.run({
        ...key,
        version: mapsVersion,
        explained,
        logitCount: logits.length,
        rows,
        columns,
        blob: blob!,
      });
      this.#forgetOldest();
    });
  }

  close(): void {
    this.#database.close();
  }

  #forgetOldest(): void {
    const oldest = this.#database
      .prepare<[number], { id: number; blob: string }>(
        `SELECT id, blob FROM maps WHERE id <= (SELECT max(id) FROM maps) - ?`,
      )
      .all(this.#capacity);
    const forget = this.#database.prepare<[number]>('DELETE FROM maps WHERE id = ?');
    const others = this.#database.prepare<[string], { id: number }>(
      'SELECT id FROM maps WHERE blob = ? LIMIT 1',
    );
    for (const { id, blob } of oldest) {
      forget.run(id);
      if (others.get(blob) === undefined) this.#blobs.remove(blob, 0);
    }
  }
}
