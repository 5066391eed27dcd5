import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaseDetail, CaseSummary, StoredAnalysis } from '../../src-shared/domain/cases.ts';
import type { SliceHandle } from '../../src-shared/domain/collection.ts';
import type { Slice, SliceHeader } from '../../src-shared/domain/slice.ts';
import { UserError } from '../../src-shared/errors.ts';
import { BlobStore } from '../storage/BlobStore.ts';
import type { Database, Statement } from '../storage/Database.ts';
import { migrations } from '../storage/migrations.ts';
import { openDatabase } from '../storage/openDatabase.ts';
import { AnalysisRecorder } from './AnalysisRecorder.ts';
import { analysisFrom, analysisSource, type AnalysisRow } from './analysisRow.ts';
import { AuditTrail, type AuditVerdict } from './AuditTrail.ts';
import { CaseList } from './CaseList.ts';
import { CaseReader } from './CaseReader.ts';
import type { AnalysisRecord, CaseQuery, CaseStore, SliceContent, TidyResult } from './CaseStore.ts';
import { bytesOf, samplesFrom, storedLength, type SampleType } from './storedSamples.ts';
import { storedSliceId } from './storedSliceHandle.ts';

/** Records of one transaction: few enough to hold the write lock for milliseconds. */
const batchSize = 64;

/** Blobs that are looked at under one write lock when the store is tidied. */
const tidyBatchSize = 256;

/** A writer that is at work has made its files within this time. */
const oneHourMs = 3_600_000;

/**
 * Opens the case store of a folder, creating it where there is none: `cases.db` and `blobs/`.
 *
 * @throws UserError 'store-unavailable', 'store-damaged', 'store-busy', 'store-from-newer-version',
 * 'disk-full' or 'component-missing'
 */
export async function openCaseStore(folder: string): Promise<CaseStore> {
  const databaseFile = join(folder, 'cases.db');
  const blobFolder = join(folder, 'blobs');
  // An empty database beside pictures was not always empty; to start anew over it would hide a loss.
  if (!(await holdsSomething(databaseFile)) && existsSync(blobFolder)) throw new UserError('store-damaged');
  const database = await openDatabase(databaseFile, migrations);
  try {
    const blobs = await BlobStore.open(blobFolder);
    await blobs.removeAbandoned(oneHourMs);
    return new SqliteCaseStore(database, blobs);
  } catch (error) {
    database.close();
    throw error;
  }
}

async function holdsSomething(file: string): Promise<boolean> {
  return ((await stat(file).catch(() => null))?.size ?? 0) > 0;
}

interface SliceRow {
  header: string;
  sample_type: SampleType;
  pixel_hash: string;
}

class SqliteCaseStore implements CaseStore {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #auditTrail: AuditTrail;
  readonly #recorder: AnalysisRecorder;
  readonly #list: CaseList;
  readonly #reader: CaseReader;
  readonly #recall: Statement<[string, number, string, string], AnalysisRow>;
  readonly #slice: Statement<[number], SliceRow>;
  readonly #isPictured: Statement<[string], unknown>;
  readonly #setting: Statement<[string], { value: string }>;
  readonly #writeSetting: Statement<[string, string], never>;
  /** Work that has begun and that closing waits for. */
  readonly #pending = new Set<Promise<unknown>>();

  constructor(database: Database, blobs: BlobStore) {
    this.#database = database;
    this.#blobs = blobs;
    this.#auditTrail = new AuditTrail(database);
    this.#recorder = new AnalysisRecorder(database, this.#auditTrail);
    this.#list = new CaseList(database);
    this.#reader = new CaseReader(database);
    this.#recall = database.prepare(`
      SELECT ${analysisSource} JOIN slices s ON s.id = a.slice_id
      WHERE s.file_hash = ? AND ifnull(s.frame, -1) = ? AND ifnull(s.volume_plane, '') = ?
        AND a.model_fingerprint = ?
      ORDER BY a.id DESC LIMIT 1`);
    this.#slice = database.prepare('SELECT header, sample_type, pixel_hash FROM slices WHERE id = ?');
    this.#isPictured = database.prepare('SELECT 1 FROM slices WHERE pixel_hash = ? LIMIT 1');
    this.#setting = database.prepare('SELECT value FROM settings WHERE key = ?');
    this.#writeSetting = database.prepare(
      'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
  }

  record(records: readonly AnalysisRecord[]): Promise<StoredAnalysis[]> {
    return this.#track(async () => {
      const stored: StoredAnalysis[] = [];
      for (let start = 0; start < records.length; start += batchSize) {
        stored.push(...(await this.#recordBatch(records.slice(start, start + batchSize))));
      }
      return stored;
    });
  }

  /** Pictures first, rows second: a row is never without its picture. */
  async #recordBatch(batch: readonly AnalysisRecord[]): Promise<StoredAnalysis[]> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const hashes = await this.#blobs.writeAll(batch.map(({ slice }) => bytesOf(slice)));
      const stored = this.#database.write(() =>
        // Somebody who tidied at this moment removed a picture that no row named yet: write it again.
        hashes.every((hash) => this.#blobs.has(hash))
          ? this.#recorder.record(batch, hashes, new Date().toISOString())
          : null,
      );
      if (stored !== null) return stored;
    }
    throw new UserError('store-unavailable');
  }

  recall(content: SliceContent, modelFingerprint: string): Promise<StoredAnalysis | null> {
    return this.#read(() => {
      const { fileHash, frame, volumePlane } = content;
      const row = this.#recall.get(fileHash, frame ?? -1, volumePlane ?? '', modelFingerprint);
      return row === undefined ? null : analysisFrom(row);
    });
  }

  list(query: CaseQuery): Promise<{ cases: CaseSummary[]; total: number }> {
    return this.#read(() => this.#list.list(query));
  }

  open(id: string): Promise<CaseDetail> {
    return this.#read(() => this.#reader.open(id));
  }

  readSlice(handle: SliceHandle): Promise<Slice> {
    return this.#track(async () => {
      const id = storedSliceId(handle);
      const row = id === null ? undefined : this.#database.read(() => this.#slice.get(id));
      if (row === undefined) throw new UserError('handle-unknown');
      const header = JSON.parse(row.header) as SliceHeader;
      const byteLength = storedLength(row.sample_type, header.rows * header.columns);
      const bytes = await this.#blobs.read(row.pixel_hash, byteLength);
      return { ...header, samples: samplesFrom(row.sample_type, bytes) };
    });
  }

  readSetting(key: string): Promise<unknown> {
    return this.#read(() => {
      const row = this.#setting.get(key);
      return row === undefined ? null : (JSON.parse(row.value) as unknown);
    });
  }

  writeSetting(key: string, value: unknown): Promise<void> {
    return this.#track(() => {
      this.#database.write(() => this.#writeSetting.run(key, JSON.stringify(value)));
    });
  }

  verifyAuditTrail(): Promise<AuditVerdict> {
    return this.#read(() => this.#auditTrail.verify());
  }

  tidy(olderThanMs: number = oneHourMs): Promise<TidyResult> {
    return this.#track(async () => {
      const abandonedFiles = await this.#blobs.removeAbandoned(olderThanMs);
      let unnamedPictures = 0;
      let batch: string[] = [];
      for await (const hash of this.#blobs.list()) {
        batch.push(hash);
        if (batch.length < tidyBatchSize) continue;
        unnamedPictures += this.#removeUnnamed(batch, olderThanMs);
        batch = [];
      }
      return { abandonedFiles, unnamedPictures: unnamedPictures + this.#removeUnnamed(batch, olderThanMs) };
    });
  }

  /** Under the write lock, so that no row can come to name a picture between the look and the removal. */
  #removeUnnamed(hashes: readonly string[], olderThanMs: number): number {
    return this.#database.write(() => {
      const unnamed = hashes.filter((hash) => this.#isPictured.get(hash) === undefined);
      return unnamed.filter((hash) => this.#blobs.remove(hash, olderThanMs)).length;
    });
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#pending);
    this.#database.close();
  }

  #read<Result>(work: () => Result): Promise<Result> {
    return this.#track(() => this.#database.read(work));
  }

  async #track<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const running = new Promise<Result>((resolve) => resolve(work()));
    this.#pending.add(running);
    try {
      return await running;
    } finally {
      this.#pending.delete(running);
    }
  }
}
