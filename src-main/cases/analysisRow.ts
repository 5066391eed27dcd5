import type { Analysis, Heatmap } from '../../src-shared/domain/analysis.ts';
import type { StoredAnalysis } from '../../src-shared/domain/cases.ts';

type Field = string | number | null;

/** What a row of `analyses` holds besides its keys and time. */
export interface AnalysisFields {
  class: Analysis['class'];
  probabilities: string;
  class_set: string;
  plane: Analysis['plane'];
  plane_source: Analysis['planeSource'];
  plane_probability: number | null;
  model: string;
  model_fingerprint: string;
  provider: Analysis['provider'];
  guard_score: number | null;
  guard_flagged: number;
  elapsed_ms: number;
  warnings: string;
}

/** What a row of `heatmaps` holds besides its key. */
export interface HeatmapFields {
  method: Heatmap['method'];
  layer: Heatmap['layer'];
  class: Heatmap['class'];
  rows: number;
  columns: number;
  cells: Uint8Array;
  maximum: number;
  is_empty: number;
  region: string;
}

type Prefixed<Fields> = { [Name in keyof Fields & string as `heatmap_${Name}`]: Fields[Name] };

/** A row of `analysisSource`: an analysis joined with its heatmap, whose columns are null where it has none. */
export type AnalysisRow = { id: number; slice_id: number; created_at: string } & AnalysisFields &
  (Prefixed<HeatmapFields> | Record<keyof Prefixed<HeatmapFields>, null>);

/** Columns and tables to select an `AnalysisRow` from; conditions follow. */
export const analysisSource = `
  a.*, h.method AS heatmap_method, h.layer AS heatmap_layer, h.class AS heatmap_class, h.rows AS heatmap_rows,
  h.columns AS heatmap_columns, h.cells AS heatmap_cells, h.maximum AS heatmap_maximum,
  h.is_empty AS heatmap_is_empty, h.region AS heatmap_region
  FROM analyses a LEFT JOIN heatmaps h ON h.analysis_id = a.id`;

/** The fields of a new row. */
export function analysisFields(analysis: Analysis): AnalysisFields & Record<string, Field> {
  return {
    class: analysis.class,
    probabilities: JSON.stringify(analysis.probabilities),
    class_set: JSON.stringify(analysis.classSet),
    plane: analysis.plane,
    plane_source: analysis.planeSource,
    plane_probability: analysis.planeProbability,
    model: analysis.model,
    model_fingerprint: analysis.modelFingerprint,
    provider: analysis.provider,
    guard_score: analysis.guard.score,
    guard_flagged: Number(analysis.guard.flagged),
    elapsed_ms: analysis.elapsedMs,
    warnings: JSON.stringify(analysis.warnings),
  };
}

/** The fields of a new row; cells are float32, little endian, [row][column]. */
export function heatmapFields({ values, ...heatmap }: Heatmap): HeatmapFields {
  return {
    method: heatmap.method,
    layer: heatmap.layer,
    class: heatmap.class,
    rows: heatmap.rows,
    columns: heatmap.columns,
    cells: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    maximum: heatmap.maximum,
    is_empty: Number(heatmap.isEmpty),
    region: JSON.stringify(heatmap.region),
  };
}

/** The analysis that a row holds. */
export function analysisFrom(row: AnalysisRow): StoredAnalysis {
  return {
    id: String(row.id),
    createdAt: row.created_at,
    class: row.class,
    probabilities: JSON.parse(row.probabilities) as Analysis['probabilities'],
    classSet: JSON.parse(row.class_set) as Analysis['classSet'],
    plane: row.plane,
    planeSource: row.plane_source,
    planeProbability: row.plane_probability,
    model: row.model,
    modelFingerprint: row.model_fingerprint,
    provider: row.provider,
    guard: { score: row.guard_score, flagged: row.guard_flagged === 1 },
    elapsedMs: row.elapsed_ms,
    warnings: JSON.parse(row.warnings) as Analysis['warnings'],
    heatmap: heatmapFrom(row),
  };
}

function heatmapFrom(row: AnalysisRow): Heatmap | null {
  if (row.heatmap_method === null) return null;
  return {
    method: row.heatmap_method,
    layer: row.heatmap_layer,
    class: row.heatmap_class,
    rows: row.heatmap_rows,
    columns: row.heatmap_columns,
    // A copy, because SQLite's buffer may lie at any offset.
    values: new Float32Array(Uint8Array.from(row.heatmap_cells).buffer),
    maximum: row.heatmap_maximum,
    isEmpty: row.heatmap_is_empty === 1,
    region: JSON.parse(row.heatmap_region) as Heatmap['region'],
  };
}
