import type { CaseDetail, CaseSeries, CaseStudy, StoredAnalysis } from '../../src-shared/domain/cases.ts';
import type { SliceHandle, SeriesSummary } from '../../src-shared/domain/collection.ts';
import type { SliceHeader } from '../../src-shared/domain/slice.ts';
import { UserError } from '../../src-shared/errors.ts';
import { arrangeStudies } from '../images/arrangeStudies.ts';
import type { Database, Statement } from '../storage/Database.ts';
import { analysisFrom, analysisSource, type AnalysisRow } from './analysisRow.ts';
import { caseSummary, type CaseRow } from './caseRow.ts';
import { rowId, storedSliceHandle } from './storedSliceHandle.ts';

interface StudyRow {
  id: number;
  study_date: string | null;
  study_description: string | null;
}

interface SliceRow {
  id: number;
  study_id: number;
  header: string;
}

type NewestAnalyses = ReadonlyMap<SliceHandle, StoredAnalysis>;

const slicesOfCase = `
  slices s JOIN series ON series.id = s.series_id JOIN studies ON studies.id = series.study_id
  WHERE studies.case_id = ?`;

/** Reads one case with everything in it; the caller holds a read transaction. */
export class CaseReader {
  readonly #case: Statement<[number], CaseRow>;
  readonly #studies: Statement<[number], StudyRow>;
  readonly #slices: Statement<[number], SliceRow>;
  readonly #newestAnalyses: Statement<[number], AnalysisRow>;

  constructor(database: Database) {
    this.#case = database.prepare('SELECT * FROM cases WHERE id = ?');
    this.#studies = database.prepare(
      'SELECT id, study_date, study_description FROM studies WHERE case_id = ? ORDER BY study_date, id',
    );
    this.#slices = database.prepare(
      `SELECT s.id, series.study_id, s.header FROM ${slicesOfCase} ORDER BY s.id`,
    );
    this.#newestAnalyses = database.prepare(`
      SELECT ${analysisSource} WHERE a.id IN (
        SELECT (SELECT max(id) FROM analyses WHERE slice_id = s.id) FROM ${slicesOfCase}
      )`);
  }

  /** @throws UserError 'case-unknown' */
  open(id: string): CaseDetail {
    const caseId = rowId(id);
    const row = caseId === null ? undefined : this.#case.get(caseId);
    if (caseId === null || row === undefined) throw new UserError('case-unknown');
    const slices = Map.groupBy(this.#slices.all(caseId), ({ study_id: studyId }) => studyId);
    const analyses: NewestAnalyses = new Map(
      this.#newestAnalyses.all(caseId).map((one) => [storedSliceHandle(one.slice_id), analysisFrom(one)]),
    );
    return {
      ...caseSummary(row, { identify: false }),
      patientName: row.patient_name,
      patientId: row.patient_id,
      detailStudies: this.#studies
        .all(caseId)
        .map((study) => caseStudy(study, slices.get(study.id) ?? [], analyses)),
      readings: [],
    };
  }
}

/** A stored study, its slices arranged as those of files are when they are opened. */
function caseStudy(study: StudyRow, slices: readonly SliceRow[], analyses: NewestAnalyses): CaseStudy {
  const entries = slices.map(({ id, header }) => ({
    handle: storedSliceHandle(id),
    header: JSON.parse(header) as SliceHeader,
  }));
  const series = arrangeStudies(entries, '').flatMap((arranged) => arranged.series);
  const studyKey = String(study.id);
  return {
    studyKey,
    studyDate: study.study_date,
    studyDescription: study.study_description,
    series: series.map((one, index) => caseSeries(one, `${studyKey}/${index + 1}`, analyses)),
  };
}

function caseSeries(series: SeriesSummary, seriesKey: string, analyses: NewestAnalyses): CaseSeries {
  const { modality, seriesDescription, seriesNumber, plane } = series;
  const slices = series.slices.map((slice) => ({ ...slice, analysis: analyses.get(slice.slice) ?? null }));
  return { seriesKey, modality, seriesDescription, seriesNumber, plane, slices };
}
