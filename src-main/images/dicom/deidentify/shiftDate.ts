const millisecondsPerDay = 86_400_000;

/**
 * Moves one date into the past (DICOM PS3.5 6.2).
 *
 * DA moves by whole days, also where written as in ACR-NEMA (`2020.01.31`); DT moves its day, keeps its time and loses
 * its offset from UTC, which tells the region; TM stays, if it is a time at all.
 *
 * @param representation - DA, DT or TM
 * @param days - how far, positive
 * @returns null for what is no complete date of that kind, which could not be moved honestly
 */
export function shiftDate(text: string, representation: string, days: number): string | null {
  const value = text.trim();
  if (representation === 'TM') return /^\d{2}(:?\d{2}(:?\d{2}(\.\d{1,6})?)?)?$/.test(value) ? value : null;
  const [, year, month, day, time = ''] =
    (representation === 'DA'
      ? /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(value)
      : /^(\d{4})(\d{2})(\d{2})((?:\d{2}){0,3}(?:\.\d{1,6})?)(?:[+-]\d{4})?$/.exec(value)) ?? [];
  const at = new Date(`${year}-${month}-${day}T00:00:00Z`);
  // JavaScript reads 31 February as 3 March.
  if (Number.isNaN(at.getTime()) || at.getUTCDate() !== Number(day)) return null;
  const shifted = new Date(at.getTime() - days * millisecondsPerDay);
  if (Number.isNaN(shifted.getTime()) || shifted.getUTCFullYear() < 1) return null;
  return shifted.toISOString().slice(0, 10).replaceAll('-', '') + time;
}
