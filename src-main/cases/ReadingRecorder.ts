import { agreementWith, findingLabels, type Reading } from '../../src-shared/domain/readings.ts';
import { classLabels, type TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { UserError } from '../../src-shared/errors.ts';
import type { Database, Statement } from '../storage/Database.ts';
import type { AuditTrail } from './AuditTrail.ts';
import type { ReadingEntry } from './CaseStore.ts';
import { Growth } from './Growth.ts';
import type { GrowthWriter } from './GrowthWriter.ts';
import { insertInto } from './insertInto.ts';
import { isStanding, readingFrom, readingSource, type ReadingFields, type ReadingRow } from './readingRow.ts';
import type { SliceVerdicts } from './SliceVerdicts.ts';
import { rowId, storedSliceId } from './storedSliceHandle.ts';

/** What a version says, apart from what it is about and what it corrects. */
type Content = Omit<ReadingEntry, 'scope' | 'slice' | 'reader'>;

/** A slice, where it belongs and its newest answer. */
interface Place {
  slice_id: number;
  series_id: number;
  case_id: number;
  analysis_id: number | null;
  class: TumourClass | null;
}

/** Whom and what a version is about. */
interface Subject {
  place: Place;
  scope: Reading['scope'];
  reader: string;
}

export interface ReadingRecorderParts {
  auditTrail: AuditTrail;
  verdicts: SliceVerdicts;
  growthWriter: GrowthWriter;
}

const nothingSaid = {
  finding: null,
  rejectedClass: null,
  otherFinding: '',
  confidence: null,
  text: '',
  isBlinded: false,
} as const satisfies Content;

/** Writes readings, each as a version of its own, and when answers were shown; the caller holds the write lock. */
export class ReadingRecorder {
  readonly #parts: ReadingRecorderParts;
  readonly #place: Statement<[sliceId: number], Place>;
  readonly #sliceOfAnalysis: Statement<[analysisId: number], { slice_id: number; class: TumourClass }>;
  readonly #newest: Statement<[scope: string, subjectId: number, reader: string], ReadingRow>;
  readonly #reading: Statement<[id: number], ReadingRow>;
  readonly #insert: Statement<[ReadingFields], never>;
  readonly #setLatest: Statement<[{ id: number }], never>;
  readonly #sawAnswer: Statement<[Record<string, string | number>], unknown>;
  readonly #revealed: Statement<[number, string, number], { revealed_at: string }>;
  readonly #insertReveal: Statement<[number, number | null, string, string], never>;

  constructor(database: Database, parts: ReadingRecorderParts) {
    this.#parts = parts;
    this.#place = database.prepare(`
      SELECT s.id AS slice_id, s.series_id, studies.case_id, a.id AS analysis_id, a.class
      FROM slices s JOIN series ON series.id = s.series_id JOIN studies ON studies.id = series.study_id
      LEFT JOIN analyses a ON a.id = s.newest_analysis_id
      WHERE s.id = ?`);
    this.#sliceOfAnalysis = database.prepare('SELECT slice_id, class FROM analyses WHERE id = ?');
    this.#newest = database.prepare(`
      SELECT ${readingSource} WHERE r.scope = ? AND r.subject_id = ? AND r.reader = ?
      ORDER BY r.version DESC LIMIT 1`);
    this.#reading = database.prepare(`SELECT ${readingSource} WHERE r.id = ?`);
    this.#insert = insertInto(database, 'readings', [
      ...(['case_id', 'series_id', 'slice_id', 'scope', 'reader', 'version', 'corrects_id'] as const),
      ...(['created_at', 'finding', 'rejected_class', 'other_finding', 'confidence', 'text'] as const),
      ...(['is_blinded', 'is_withdrawn', 'analysis_id', 'agreement'] as const),
    ]);
    this.#setLatest = database.prepare(`
      UPDATE cases SET latest_reading_id = (
        SELECT max(r.id) FROM readings r WHERE r.case_id = @id AND ${isStanding}
      ) WHERE id = @id`);
    this.#sawAnswer = database.prepare(`
      SELECT 1 FROM reveals WHERE series_id = @series AND reader = @reader
        AND (@scope = 'series' OR slice_id IS NULL OR slice_id = @slice)
      UNION ALL
      SELECT 1 FROM readings WHERE series_id = @series AND reader = @reader AND NOT is_blinded AND NOT is_withdrawn
        AND (@scope = 'series' OR scope = 'series' OR slice_id = @slice)
      LIMIT 1`);
    this.#revealed = database.prepare(
      'SELECT revealed_at FROM reveals WHERE series_id = ? AND reader = ? AND ifnull(slice_id, 0) = ?',
    );
    this.#insertReveal = database.prepare(
      'INSERT INTO reveals (series_id, slice_id, reader, revealed_at) VALUES (?, ?, ?, ?)',
    );
  }

  /** @throws UserError 'handle-unknown', 'answer-was-revealed' */
  record({ scope, slice, reader, ...content }: ReadingEntry, now: string): Reading {
    const subject = { place: this.#placeOf(storedSliceId(slice)), scope, reader };
    if (content.isBlinded && this.#hasSeenAnswer(subject)) throw new UserError('answer-was-revealed');
    return this.#append(subject, content, now);
  }

  /** @throws UserError 'analysis-unknown' */
  judge(
    analysisId: string,
    verdict: NonNullable<Reading['agreement']>,
    reader: string,
    now: string,
  ): Reading {
    const judged = this.#sliceOfAnalysis.get(rowId(analysisId) ?? 0);
    if (judged === undefined) throw new UserError('analysis-unknown');
    const place = this.#placeOf(judged.slice_id);
    const conclusion =
      verdict === 'agrees'
        ? { finding: judged.class, rejectedClass: null }
        : { finding: null, rejectedClass: judged.class };
    const subject = { place, scope: 'slice', reader } as const;
    return this.#append(subject, { ...nothingSaid, ...conclusion }, now);
  }

  /** @throws UserError 'reading-unknown', 'reading-superseded', 'reading-of-somebody-else' */
  withdraw(readingId: string, reader: string, now: string): Reading {
    const row = this.#reading.get(rowId(readingId) ?? 0);
    if (row === undefined) throw new UserError('reading-unknown');
    if (row.is_current === 0) throw new UserError('reading-superseded');
    if (row.reader !== reader) throw new UserError('reading-of-somebody-else');
    const earlier = row.corrects_id === null ? undefined : this.#reading.get(row.corrects_id);
    const subject = { place: this.#placeOf(row.slice_id), scope: row.scope, reader };
    return this.#append(subject, earlier === undefined ? nothingSaid : readingFrom(earlier), now);
  }

  /** @returns when it was revealed first @throws UserError 'handle-unknown' */
  reveal({ scope, slice, reader }: Pick<ReadingEntry, 'scope' | 'slice' | 'reader'>, now: string): string {
    const { slice_id: sliceId, series_id: seriesId } = this.#placeOf(storedSliceId(slice));
    const revealed = scope === 'slice' ? sliceId : null;
    const known = this.#revealed.get(seriesId, reader, revealed ?? 0);
    if (known !== undefined) return known.revealed_at;
    const id = this.#insertReveal.run(seriesId, revealed, reader, now).lastInsertRowid;
    this.#parts.auditTrail.append('answer-revealed', Number(id), now);
    return now;
  }

  #placeOf(sliceId: number | null): Place {
    const place = sliceId === null ? undefined : this.#place.get(sliceId);
    if (place === undefined) throw new UserError('handle-unknown');
    return place;
  }

  #hasSeenAnswer({ place, scope, reader }: Subject): boolean {
    const { series_id: series, slice_id: slice } = place;
    return this.#sawAnswer.get({ series, slice, scope, reader }) !== undefined;
  }

  /** Adds a version and brings everything up to date that shows the newest one. */
  #append({ place, scope, reader }: Subject, content: Content, now: string): Reading {
    const { analysis_id: analysisId, class: modelClass, ...ids } = place;
    const newest = this.#newest.get(scope, scope === 'slice' ? ids.slice_id : ids.series_id, reader);
    const isOfSlice = scope === 'slice';
    const id = this.#insert.run({
      ...ids,
      scope,
      reader,
      version: (newest?.version ?? 0) + 1,
      corrects_id: newest?.id ?? null,
      created_at: now,
      finding: content.finding,
      rejected_class: content.rejectedClass,
      other_finding: content.otherFinding,
      confidence: content.confidence,
      text: content.text,
      is_blinded: Number(content.isBlinded),
      is_withdrawn: Number(content.finding === null && content.rejectedClass === null),
      analysis_id: isOfSlice ? analysisId : null,
      agreement: isOfSlice ? agreementWith(content, modelClass) : null,
    }).lastInsertRowid;
    this.#parts.auditTrail.append('reading-recorded', Number(id), now);
    const growth = new Growth();
    growth.mention(...wordsOf(content, reader));
    if (isOfSlice) this.#parts.verdicts.read(ids.slice_id, growth);
    this.#parts.growthWriter.write(ids.case_id, growth, now);
    this.#setLatest.run({ id: ids.case_id });
    return readingFrom(this.#reading.get(Number(id)) as ReadingRow);
  }
}

/** What the search finds a reading by. */
function wordsOf({ finding, otherFinding, text }: Content, reader: string): string[] {
  if (finding === null) return [reader, text];
  const label =
    finding === 'other' || finding === 'uncertain' ? findingLabels[finding] : classLabels[finding];
  return [reader, text, finding, label, otherFinding];
}
