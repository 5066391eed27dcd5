import type { CaseSelection } from '../../src-shared/contract/caseSelection.ts';
import type {
  AnswerVersion,
  CaseDetail,
  CaseFacets,
  CaseSummary,
  StoredAnalysis,
  StudyComparison,
} from '../../src-shared/domain/cases.ts';
import type { CaseStatistics } from '../../src-shared/domain/caseStatistics.ts';
import type { SliceHandle } from '../../src-shared/domain/collection.ts';
import type { MeasurementVersion } from '../../src-shared/domain/measurements.ts';
import type { Agreement, Reading } from '../../src-shared/domain/readings.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import { throwIfCancelled, UserError } from '../../src-shared/errors.ts';
import type { BlobStore } from '../storage/BlobStore.ts';
import type { Database, Statement } from '../storage/Database.ts';
import { AnalysisRecorder } from './AnalysisRecorder.ts';
import { analysisFrom, analysisSource, type AnalysisRow } from './analysisRow.ts';
import { AuditTrail, type AuditVerdict } from './AuditTrail.ts';
import { CaseEraser } from './CaseEraser.ts';
import { CaseList } from './CaseList.ts';
import { CaseReader } from './CaseReader.ts';
import type {
  AnalysisRecord,
  CaseQuery,
  CaseStore,
  MeasurementEntry,
  ReadingEntry,
  SliceContent,
  StatisticsQuery,
  TidyResult,
  WorkOptions,
} from './CaseStore.ts';
import { CaseTrash, type TrashDirection } from './CaseTrash.ts';
import { Growth } from './Growth.ts';
import { GrowthWriter } from './GrowthWriter.ts';
import { MeasurementRecorder } from './MeasurementRecorder.ts';
import { ReadingRecorder } from './ReadingRecorder.ts';
import { SlicePlacer } from './SlicePlacer.ts';
import { SliceReader } from './SliceReader.ts';
import { SliceVerdicts } from './SliceVerdicts.ts';
import { StatisticsReader } from './StatisticsReader.ts';
import { bytesOf } from './storedSamples.ts';
import { rowId, storedSliceHandle } from './storedSliceHandle.ts';

/** Records of one transaction: few enough to hold the write lock for milliseconds. */
const batchSize = 64;

/** Blobs that are looked at under one write lock when the store is tidied. */
const tidyBatchSize = 256;

/** A writer that is at work has made its files within this time. */
export const oneHourMs = 3_600_000;

/** The case store on SQLite and a folder of blobs: puts each request into a transaction and hands it on. */
export class SqliteCaseStore implements CaseStore {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #auditTrail: AuditTrail;
  readonly #recorder: AnalysisRecorder;
  readonly #placer: SlicePlacer;
  readonly #growthWriter: GrowthWriter;
  readonly #readings: ReadingRecorder;
  readonly #measurements: MeasurementRecorder;
  readonly #list: CaseList;
  readonly #reader: CaseReader;
  readonly #slices: SliceReader;
  readonly #statistics: StatisticsReader;
  readonly #trash: CaseTrash;
  readonly #eraser: CaseEraser;
  readonly #recall: Statement<[string, number, string, string], AnalysisRow>;
  readonly #isPictured: Statement<[string], unknown>;
  readonly #setting: Statement<[string], { value: string }>;
  readonly #writeSetting: Statement<[string, string], never>;
  /** Work that has begun and that closing waits for. */
  readonly #pending = new Set<Promise<unknown>>();

  constructor(database: Database, blobs: BlobStore) {
    this.#database = database;
    this.#blobs = blobs;
    this.#auditTrail = new AuditTrail(database);
    this.#trash = new CaseTrash(database, this.#auditTrail);
    this.#placer = new SlicePlacer(database);
    this.#growthWriter = new GrowthWriter(database, this.#trash);
    const verdicts = new SliceVerdicts(database);
    const parts = { auditTrail: this.#auditTrail, verdicts, growthWriter: this.#growthWriter };
    this.#recorder = new AnalysisRecorder(database, { ...parts, placer: this.#placer });
    this.#readings = new ReadingRecorder(database, parts);
    this.#measurements = new MeasurementRecorder(database, parts);
    this.#list = new CaseList(database);
    this.#reader = new CaseReader(database);
    this.#slices = new SliceReader(database, blobs);
    this.#statistics = new StatisticsReader(database);
    this.#eraser = new CaseEraser(database, blobs, this.#auditTrail);
    this.#recall = database.prepare(`
      SELECT ${analysisSource} JOIN slices s ON s.id = a.slice_id
      JOIN series ON series.id = s.series_id JOIN studies ON studies.id = series.study_id
      JOIN cases ON cases.id = studies.case_id AND trashed_at IS NULL
      WHERE s.file_hash = ? AND ifnull(s.frame, -1) = ? AND ifnull(s.volume_plane, '') = ?
        AND a.model_fingerprint = ?
      ORDER BY a.id DESC LIMIT 1`);
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

  async #recordBatch(batch: readonly AnalysisRecord[]): Promise<StoredAnalysis[]> {
    const slices = batch.map(({ slice }) => slice);
    return this.#writeWithPictures(slices, (hashes, now) => this.#recorder.record(batch, hashes, now));
  }

  /** Pictures first, rows second: a row is never without its picture. */
  async #writeWithPictures<Result>(
    slices: readonly Slice[],
    write: (hashes: readonly string[], now: string) => Result,
  ): Promise<Result> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const hashes = await this.#blobs.writeAll(slices.map(bytesOf));
      const written = this.#database.write(() =>
        // Somebody who tidied at this moment removed a picture that no row named yet: write it again.
        hashes.every((hash) => this.#blobs.has(hash))
          ? { result: write(hashes, new Date().toISOString()) }
          : null,
      );
      if (written !== null) return written.result;
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

  listIds(selection: CaseSelection): Promise<string[]> {
    return this.#read(() => this.#list.listIds(selection));
  }

  listFacets(): Promise<CaseFacets> {
    return this.#read(() => this.#list.facets());
  }

  compareStudies(id: string, studyKeys: readonly [string, string]): Promise<StudyComparison> {
    return this.#read(() => this.#reader.compareStudies(id, studyKeys));
  }

  readSlice(handle: SliceHandle): Promise<Slice> {
    return this.#track(() => this.#slices.slice(handle));
  }

  contentOf(handle: SliceHandle): Promise<SliceContent> {
    return this.#track(() => this.#slices.content(handle));
  }

  listAnswers(handle: SliceHandle): Promise<AnswerVersion[]> {
    return this.#track(() => this.#slices.answers(handle));
  }

  listReadings(handle: SliceHandle): Promise<Reading[]> {
    return this.#track(() => this.#slices.readings(handle));
  }

  findSlice(content: SliceContent): Promise<SliceHandle | null> {
    return this.#read(() => {
      const found = this.#placer.find(content);
      return found === null ? null : storedSliceHandle(found.id);
    });
  }

  keepSlice(content: SliceContent, slice: Slice): Promise<SliceHandle> {
    return this.#track(async () => {
      const known = await this.findSlice(content);
      if (known !== null) return known;
      return this.#writeWithPictures([slice], ([hash], now) => {
        const growth = new Growth();
        let grown: number | null = null;
        const growthOf = (caseId: number) => {
          grown = caseId;
          return growth;
        };
        const { sliceId } = this.#placer.place(content, slice, hash as string, now, growthOf);
        if (grown !== null) this.#growthWriter.write(grown, growth, now);
        return storedSliceHandle(sliceId);
      });
    });
  }

  recordReading(entry: ReadingEntry): Promise<Reading> {
    return this.#write((now) => this.#readings.record(entry, now));
  }

  judgeAnalysis(analysis: string, verdict: Agreement, reader: string): Promise<Reading> {
    return this.#write((now) => this.#readings.judge(analysis, verdict, reader, now));
  }

  withdrawReading(reading: string, reader: string): Promise<Reading> {
    return this.#write((now) => this.#readings.withdraw(reading, reader, now));
  }

  revealAnswers(subject: Pick<ReadingEntry, 'scope' | 'slice' | 'reader'>): Promise<string> {
    return this.#write((now) => this.#readings.reveal(subject, now));
  }

  recordMeasurements(entry: MeasurementEntry): Promise<MeasurementVersion | null> {
    return this.#write((now) => this.#measurements.record(entry, now));
  }

  newestMeasurements(slice: SliceHandle): Promise<MeasurementVersion | null> {
    return this.#read(() => this.#measurements.newest(slice));
  }

  trash(ids: readonly string[]): Promise<string[]> {
    return this.#move(ids, 'in');
  }

  restore(ids: readonly string[]): Promise<string[]> {
    return this.#move(ids, 'out');
  }

  #move(ids: readonly string[], direction: TrashDirection): Promise<string[]> {
    const rows = ids.map(rowId).filter((id) => id !== null);
    return this.#write((now) => this.#trash.move(rows, direction, now).map(String));
  }

  listTrash(): Promise<string[]> {
    return this.#read(() => this.#trash.list().map(String));
  }

  erase(ids: readonly string[], { signal, onProgress }: WorkOptions = {}): Promise<number> {
    return this.#track(async () => {
      const rows = [...new Set(ids.map((id) => rowId(id) ?? 0))];
      this.#database.read(() => this.#eraser.requireTrashed(rows));
      try {
        for (const [done, id] of rows.entries()) {
          throwIfCancelled(signal);
          this.#eraser.erase(id);
          onProgress?.(done + 1, rows.length);
          // Others get their turn: a trash may hold thousands.
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        await this.finishErasures();
      }
      return rows.length;
    });
  }

  /** Removes what erasures left behind outside the tables, also those of a process that was killed meanwhile. */
  async finishErasures(): Promise<void> {
    if (this.#eraser.isUnfinished()) await this.#eraser.finish();
  }

  readStatistics(query: StatisticsQuery): Promise<CaseStatistics> {
    return this.#read(() => this.#statistics.read(query));
  }

  readSetting(key: string): Promise<unknown> {
    return this.#read(() => {
      const row = this.#setting.get(key);
      return row === undefined ? null : (JSON.parse(row.value) as unknown);
    });
  }

  writeSetting(key: string, value: unknown): Promise<void> {
    return this.#write(() => {
      this.#writeSetting.run(key, JSON.stringify(value));
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

  #write<Result>(work: (now: string) => Result): Promise<Result> {
    return this.#track(() => this.#database.write(() => work(new Date().toISOString())));
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
