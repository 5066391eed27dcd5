import type { WeekCounts } from '../../src-shared/domain/caseStatistics.ts';

/** Several weeks on end, added up. */
export interface WeekSpan extends WeekCounts {
  /** Monday of the last week, `YYYY-MM-DD`. */
  lastMonday: string;
}

const weekMs = 7 * 86_400_000;

/** How many weeks there are from the first to the last, both counted; 0 of none. */
export function weeksBetween(weeks: readonly WeekCounts[]): number {
  const [first] = weeks;
  const last = weeks.at(-1);
  if (first === undefined || last === undefined) return 0;
  return Math.round((Date.parse(last.monday) - Date.parse(first.monday)) / weekMs) + 1;
}

/**
 * Weeks without a gap, added up in equal spans so that there are at most `limit`: a bar has to be wide enough to be
 * pointed at. The newest span is whole; the oldest may be shorter.
 *
 * @param weeks - oldest first; a week in which nothing happened may be missing
 */
export function mergeWeeks(weeks: readonly WeekCounts[], limit: number): WeekSpan[] {
  const all = withoutGaps(weeks);
  const size = Math.max(1, Math.ceil(all.length / limit));
  const spans: WeekSpan[] = [];
  for (let end = all.length; end > 0; end -= size) {
    const span = all.slice(Math.max(0, end - size), end);
    const [first] = span;
    const last = span.at(-1);
    if (first === undefined || last === undefined) break;
    const sum = (key: 'cases' | 'analyses' | 'readings') =>
      span.reduce((total, week) => total + week[key], 0);
    spans.unshift({
      monday: first.monday,
      lastMonday: last.monday,
      cases: sum('cases'),
      analyses: sum('analyses'),
      readings: sum('readings'),
    });
  }
  return spans;
}

function withoutGaps(weeks: readonly WeekCounts[]): WeekCounts[] {
  const filled: WeekCounts[] = [];
  for (const week of weeks) {
    const time = Date.parse(week.monday);
    for (let last = filled.at(-1); last && Date.parse(last.monday) + weekMs < time; last = filled.at(-1)) {
      const monday = new Date(Date.parse(last.monday) + weekMs).toISOString().slice(0, 10);
      filled.push({ monday, cases: 0, analyses: 0, readings: 0 });
    }
    filled.push(week);
  }
  return filled;
}
