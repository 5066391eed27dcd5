import type { Analysis } from '../../src-shared/domain/analysis.ts';
import type { StoredAnalysis } from '../../src-shared/domain/cases.ts';
import { classLabels } from '../../src-shared/domain/tumourClass.ts';
import type { Database, Statement } from '../storage/Database.ts';
import { analysisFields, heatmapFields, type AnalysisFields, type HeatmapFields } from './analysisRow.ts';
import type { AuditTrail } from './AuditTrail.ts';
import type { AnalysisRecord } from './CaseStore.ts';
import { Growth } from './Growth.ts';
import type { GrowthWriter } from './GrowthWriter.ts';
import { insertInto } from './insertInto.ts';
import type { SlicePlacer } from './SlicePlacer.ts';
import type { SliceVerdicts } from './SliceVerdicts.ts';

export interface AnalysisRecorderParts {
  placer: SlicePlacer;
  auditTrail: AuditTrail;
  verdicts: SliceVerdicts;
  growthWriter: GrowthWriter;
}

/** Writes analyses and whatever they hang on; the caller holds the write lock. */
export class AnalysisRecorder {
  readonly #placer: SlicePlacer;
  readonly #auditTrail: AuditTrail;
  readonly #insertAnalysis: Statement<[AnalysisFields & { slice_id: number; created_at: string }], never>;
  readonly #insertHeatmap: Statement<[HeatmapFields & { analysis_id: number }], never>;
  readonly #verdicts: SliceVerdicts;
  readonly #growthWriter: GrowthWriter;

  constructor(database: Database, { placer, auditTrail, verdicts, growthWriter }: AnalysisRecorderParts) {
    this.#placer = placer;
    this.#auditTrail = auditTrail;
    this.#verdicts = verdicts;
    this.#growthWriter = growthWriter;
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
      'layer',
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
      growth.models.add(analysis.model);
      growth.mention(analysis.class, classLabels[analysis.class], analysis.model);
      const id = this.#addAnalysis(analysis, sliceId, now);
      this.#verdicts.answered(sliceId, id, analysis.class, growth);
      return { ...analysis, id: String(id), createdAt: now };
    });
    for (const [caseId, growth] of growths) this.#growthWriter.write(caseId, growth, now);
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
}
