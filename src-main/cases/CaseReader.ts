import { opinionOf } from '../../src-shared/domain/analysis.ts';
import type {
  CaseDetail,
  CaseSeries,
  CaseStudy,
  StoredAnalysis,
  StudyComparison,
} from '../../src-shared/domain/cases.ts';
import type { SliceHandle, SeriesSummary } from '../../src-shared/domain/collection.ts';
import type { SliceHeader } from '../../src-shared/domain/slice.ts';
import { UserError } from '../../src-shared/errors.ts';
import { arrangeStudies } from '../images/arrangeStudies.ts';
import type { Database, Statement } from '../storage/Database.ts';
import { analysisFrom, analysisSource, type AnalysisRow } from './analysisRow.ts';
import { caseSource, caseSummary, type CaseRow } from './caseRow.ts';
import { compareStudies } from './compareStudies.ts';
import { readingFrom, readingSource, type ReadingRow } from './readingRow.ts';
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

/** The newest answer of each slice, and what the other model said of it. */
interface Answers {
  newest: NewestAnalyses;
  second: NewestAnalyses;
}

const slicesOfCase = `
  slices s JOIN series ON series.id = s.series_id JOIN studies ON studies.id = series.study_id
  WHERE studies.case_id = ?`;

/** Reads one case with everything in it; the caller holds a read transaction. */
export class CaseReader {
  readonly #case: Statement<[number], CaseRow>;
  readonly #studies: Statement<[number], StudyRow>;
  readonly #slices: Statement<[number], SliceRow>;
  readonly #newestAnalyses: Statement<[number], AnalysisRow>;
  readonly #secondAnalyses: Statement<[number], AnalysisRow>;
  readonly #readings: Statement<[number], ReadingRow>;

  constructor(database: Database) {
    this.#case = database.prepare(`SELECT ${caseSource} WHERE c.id = ?`);
    this.#studies = database.prepare(
      'SELECT id, study_date, study_description FROM studies WHERE case_id = ? ORDER BY study_date, id',
    );
    this.#slices = database.prepare(
      `SELECT s.id, series.study_id, s.header FROM ${slicesOfCase} ORDER BY s.id`,
    );
    this.#newestAnalyses = database.prepare(`
      SELECT ${analysisSource} WHERE a.id IN (
        SELECT s.newest_analysis_id FROM ${slicesOfCase}
      )`);
    // Before the newest answer and about the same plane: the combined model's beside a plane's, or the other way round.
    this.#secondAnalyses = database.prepare(`
      SELECT ${analysisSource} WHERE a.id IN (
        SELECT (
          SELECT max(o.id) FROM analyses o
          WHERE o.slice_id = s.id AND o.id < n.id AND o.model <> n.model AND o.plane IS n.plane
            AND (o.model = 'combined' OR n.model = 'combined')
        )
        FROM analyses n JOIN ${slicesOfCase} AND n.id = s.newest_analysis_id
      )`);
    this.#readings = database.prepare(`SELECT ${readingSource} WHERE r.case_id = ? ORDER BY r.id`);
  }

  /** @throws UserError 'case-unknown' */
  open(id: string): CaseDetail {
    const row = this.#case.get(rowId(id) ?? 0);
    if (row === undefined) throw new UserError('case-unknown');
    const caseId = row.id;
    const slices = Map.groupBy(this.#slices.all(caseId), ({ study_id: studyId }) => studyId);
    const analyses = {
      newest: bySlice(this.#newestAnalyses.all(caseId)),
      second: bySlice(this.#secondAnalyses.all(caseId)),
    };
    return {
      ...caseSummary(row, { identify: false }),
      patientName: row.patient_name,
      patientId: row.patient_id,
      detailStudies: this.#studies
        .all(caseId)
        .map((study) => caseStudy(study, slices.get(study.id) ?? [], analyses)),
      readings: this.#readings.all(caseId).map(readingFrom),
    };
  }

  /** @throws UserError 'case-unknown', 'study-unknown' */
  compareStudies(id: string, studyKeys: readonly [string, string]): StudyComparison {
    const { detailStudies } = this.open(id);
    const studies = detailStudies.filter(({ studyKey }) => studyKeys.includes(studyKey));
    const [first, second] = studies;
    if (first === undefined || second === undefined) throw new UserError('study-unknown');
    const headers = this.#slices.all(rowId(id) ?? 0).map((row) => {
      const { attributes } = JSON.parse(row.header) as SliceHeader;
      return [storedSliceHandle(row.id), attributes.frameOfReferenceUid] as const;
    });
    return compareStudies(first, second, new Map(headers));
  }
}

function bySlice(rows: readonly AnalysisRow[]): NewestAnalyses {
  return new Map(rows.map((row) => [storedSliceHandle(row.slice_id), analysisFrom(row)]));
}

/** A stored study, its slices arranged as those of files are when they are opened. */
function caseStudy(study: StudyRow, slices: readonly SliceRow[], analyses: Answers): CaseStudy {
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

function caseSeries(series: SeriesSummary, seriesKey: string, analyses: Answers): CaseSeries {
  const { modality, seriesDescription, seriesNumber, plane } = series;
  const slices = series.slices.map((slice) => {
    const second = analyses.second.get(slice.slice);
    const analysis = analyses.newest.get(slice.slice) ?? null;
    return { ...slice, analysis, secondOpinion: second === undefined ? null : opinionOf(second) };
  });
  return { seriesKey, modality, seriesDescription, seriesNumber, plane, slices };
}
