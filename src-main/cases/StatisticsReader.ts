import type { CaseStatistics, WeekCounts } from '../../src-shared/domain/caseStatistics.ts';
import type { ClassCounts } from '../../src-shared/domain/cases.ts';
import type { Database, Statement } from '../storage/Database.ts';
import { agreementStatistics, type ComparedReading } from './agreementStatistics.ts';
import type { StatisticsQuery } from './CaseStore.ts';
import { isStanding } from './readingRow.ts';

interface Totals extends ClassCounts {
  cases: number;
  slices: number;
  analyses: number;
}

interface DayCount {
  day: string;
  count: number;
}

const dayOf = (column: string): string => `substr(${column}, 1, 10)`;

/** Readings of these threads count where blinded ones are asked for: the last blinded word of a thread that stands. */
const isLastBlinded = `
  r.is_blinded AND NOT r.is_withdrawn
  AND NOT EXISTS (
    SELECT 1 FROM readings o WHERE o.scope = r.scope AND o.subject_id = r.subject_id AND o.reader = r.reader
      AND o.version > r.version AND o.is_blinded AND NOT o.is_withdrawn
  )
  AND NOT (
    SELECT o.is_withdrawn FROM readings o
    WHERE o.scope = r.scope AND o.subject_id = r.subject_id AND o.reader = r.reader ORDER BY o.version DESC LIMIT 1
  )`;

/** Figures about the whole store but its trash; the caller holds a read transaction. */
export class StatisticsReader {
  readonly #totals: Statement<[], Totals>;
  readonly #days: Record<Exclude<keyof WeekCounts, 'monday'>, Statement<[], DayCount>>;
  readonly #compared: Record<
    'standing' | 'blinded',
    Statement<[Record<string, string | null>], ComparedReading>
  >;

  constructor(database: Database) {
    this.#totals = database.prepare(`
      SELECT count(*) AS cases, total(slice_count) AS slices, total(analysis_count) AS analyses,
        total(glioma_slices) AS glioma_tumor, total(meningioma_slices) AS meningioma_tumor,
        total(no_tumor_slices) AS no_tumor, total(pituitary_slices) AS pituitary_tumor
      FROM cases WHERE trashed_at IS NULL`);
    this.#days = {
      cases: database.prepare(`
        SELECT ${dayOf('created_at')} AS day, count(*) AS count FROM cases WHERE trashed_at IS NULL GROUP BY day`),
      // The trash is small: counted by itself and taken away, so that all others are counted from an index alone.
      analyses: database.prepare(`
        SELECT day, sum(count) AS count FROM (
          SELECT ${dayOf('created_at')} AS day, count(*) AS count FROM analyses GROUP BY day
          UNION ALL
          SELECT ${dayOf('a.created_at')} AS day, -count(*) AS count
          FROM cases c JOIN studies ON studies.case_id = c.id JOIN series ON series.study_id = studies.id
          JOIN slices s ON s.series_id = series.id JOIN analyses a ON a.slice_id = s.id
          WHERE c.trashed_at IS NOT NULL GROUP BY day
        ) GROUP BY day HAVING sum(count) > 0`),
      readings: database.prepare(`
        SELECT ${dayOf('r.created_at')} AS day, count(*) AS count FROM readings r JOIN cases c ON c.id = r.case_id
        WHERE r.version = 1 AND c.trashed_at IS NULL GROUP BY day`),
    };
    const compared = (condition: string) =>
      database.prepare<[Record<string, string | null>], ComparedReading>(`
        SELECT r.case_id AS caseId, r.finding, r.rejected_class AS rejectedClass, a.class AS modelClass
        FROM readings r JOIN cases c ON c.id = r.case_id JOIN slices s ON s.id = r.slice_id
        JOIN analyses a ON a.id = iif(@model IS NULL, s.newest_analysis_id,
          (SELECT max(id) FROM analyses WHERE slice_id = s.id AND model = @model))
        WHERE r.scope = 'slice' AND c.trashed_at IS NULL AND (@reader IS NULL OR r.reader = @reader)
          AND ${condition}
        ORDER BY r.case_id`);
    this.#compared = { standing: compared(isStanding), blinded: compared(isLastBlinded) };
  }

  read({ isBlindedOnly, reader, model }: StatisticsQuery): CaseStatistics {
    const { cases, slices, analyses, ...counts } = this.#totals.get() as Totals;
    const compared = this.#compared[isBlindedOnly ? 'blinded' : 'standing'].all({ reader, model });
    return {
      cases,
      slices,
      analyses,
      classCounts: counts,
      weeks: weeksOf({
        cases: this.#days.cases.all(),
        analyses: this.#days.analyses.all(),
        readings: this.#days.readings.all(),
      }),
      agreement: agreementStatistics(compared),
    };
  }
}

const dayMs = 86_400_000;

/** Counts of days as counts of weeks, without gaps. */
function weeksOf(days: Record<Exclude<keyof WeekCounts, 'monday'>, readonly DayCount[]>): WeekCounts[] {
  const weeks = new Map<number, WeekCounts>();
  const mondays = [...days.cases, ...days.analyses, ...days.readings].map(({ day }) => mondayOf(day));
  if (mondays.length === 0) return [];
  const last = mondays.reduce((a, b) => Math.max(a, b));
  for (let monday = mondays.reduce((a, b) => Math.min(a, b)); monday <= last; monday += 7 * dayMs)
    weeks.set(monday, {
      monday: new Date(monday).toISOString().slice(0, 10),
      cases: 0,
      analyses: 0,
      readings: 0,
    });
  for (const name of ['cases', 'analyses', 'readings'] as const)
    for (const { day, count } of days[name]) {
      const week = weeks.get(mondayOf(day));
      if (week !== undefined) week[name] += count;
    }
  return [...weeks.values()];
}

/** Midnight (UTC) of the Monday of a day's week; 1 January 1970 was a Thursday. */
function mondayOf(day: string): number {
  const days = Date.parse(day) / dayMs;
  return (days - ((days + 3) % 7)) * dayMs;
}
