import type { Analysis } from '../../src-shared/domain/analysis.ts';
import type { StoredAnalysis } from '../../src-shared/domain/cases.ts';
import { classLabels, type TumourClass } from '../../src-shared/domain/tumourClass.ts';
import type { Database, Statement } from '../storage/Database.ts';
import { analysisFields, heatmapFields, type AnalysisFields, type HeatmapFields } from './analysisRow.ts';
import type { AuditTrail } from './AuditTrail.ts';
import type { AnalysisRecord } from './CaseStore.ts';
import { Growth } from './Growth.ts';
import { insertInto } from './insertInto.ts';
import { SlicePlacer } from './SlicePlacer.ts';

interface CaseChange {
  id: number;
  now: string;
  studies: number;
  slices: number;
  analyses: number;
  last_class: TumourClass | null;
}

/** Writes analyses and whatever they hang on; the caller holds the write lock. */
export class AnalysisRecorder {
  readonly #placer: SlicePlacer;
  readonly #auditTrail: AuditTrail;
  readonly #insertAnalysis: Statement<[AnalysisFields & { slice_id: number; created_at: string }], never>;
  readonly #insertHeatmap: Statement<[HeatmapFields & { analysis_id: number }], never>;
  readonly #growCase: Statement<[CaseChange], never>;
  readonly #chooseThumbnail: Statement<[{ id: number }], never>;
  readonly #insertSearchEntry: Statement<[caseId: number], never>;
  readonly #insertWords: Statement<[entryId: number | bigint, words: string], never>;

  constructor(database: Database, auditTrail: AuditTrail) {
    this.#placer = new SlicePlacer(database);
    this.#auditTrail = auditTrail;
    this.#insertAnalysis = insertInto(database, 'analyses', [
      'slice_id',
      'created_at',
      'class',
      'probabilities',
      'class_set',
      'plane',
      'plane_source',
      'plane_probability',
      'model',
      'model_fingerprint',
      'provider',
      'guard_score',
      'guard_flagged',
      'elapsed_ms',
      'warnings',
    ]);
    this.#insertHeatmap = insertInto(database, 'heatmaps', [
      'analysis_id',
      'method',
      'class',
      'rows',
      'columns',
      'cells',
      'maximum',
      'is_empty',
      'region',
    ]);
    this.#growCase = database.prepare(`
      UPDATE cases SET updated_at = @now, last_class = @last_class, study_count = study_count + @studies,
        slice_count = slice_count + @slices, analysis_count = analysis_count + @analyses
      WHERE id = @id`);
    // The middle of the first series: its ends show skin, or nothing.
    this.#chooseThumbnail = database.prepare(`
      WITH first AS (
        SELECT min(series.id) AS id FROM series JOIN studies ON studies.id = study_id WHERE case_id = @id
      )
      UPDATE cases SET thumbnail_slice_id = (
        SELECT id FROM slices WHERE series_id = (SELECT id FROM first) ORDER BY id LIMIT 1
        OFFSET (SELECT count(*) / 2 FROM slices WHERE series_id = (SELECT id FROM first))
      ) WHERE id = @id`);
    this.#insertSearchEntry = database.prepare('INSERT INTO search_entries (case_id) VALUES (?)');
    this.#insertWords = database.prepare('INSERT INTO search (rowid, words) VALUES (?, ?)');
  }

  /**
   * @param pixelHashes - the blob that holds each record's samples
   * @param now - ISO 8601, UTC
   * @returns one stored analysis for each record, in order
   */
  record(records: readonly AnalysisRecord[], pixelHashes: readonly string[], now: string): StoredAnalysis[] {
    const growths = new Map<number, Growth>();
    const growthOf = (caseId: number) => {
      const growth = growths.get(caseId) ?? new Growth();
      growths.set(caseId, growth);
      return growth;
    };
    const stored = records.map(({ content, slice, analysis }, index) => {
      const pixelHash = pixelHashes[index] as string;
      const { sliceId, growth } = this.#placer.place(content, slice, pixelHash, now, growthOf);
      growth.analyses++;
      growth.lastClass = analysis.class;
      growth.mention(analysis.class, classLabels[analysis.class], analysis.model);
      return { ...analysis, id: String(this.#addAnalysis(analysis, sliceId, now)), createdAt: now };
    });
    for (const [caseId, growth] of growths) this.#grow(caseId, growth, now);
    return stored;
  }

  #addAnalysis(analysis: Analysis, sliceId: number, now: string): number {
    const row = { slice_id: sliceId, created_at: now, ...analysisFields(analysis) };
    const id = Number(this.#insertAnalysis.run(row).lastInsertRowid);
    if (analysis.heatmap !== null) {
      this.#insertHeatmap.run({ analysis_id: id, ...heatmapFields(analysis.heatmap) });
    }
    this.#auditTrail.append('analysis-recorded', id, now);
    return id;
  }

  #grow(id: number, growth: Growth, now: string): void {
    const { studies, slices, analyses, lastClass, words } = growth;
    this.#growCase.run({ id, now, studies, slices, analyses, last_class: lastClass });
    if (slices > 0) this.#chooseThumbnail.run({ id });
    this.#insertWords.run(this.#insertSearchEntry.run(id).lastInsertRowid, words);
  }
}
