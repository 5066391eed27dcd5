const dateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });

/** An instant in local time: "3 Mar 2026, 14:05". Text that is no date is returned as it is. */
export function instantText(iso: string): string {
  const instant = new Date(iso);
  return Number.isNaN(instant.getTime()) ? iso : dateTime.format(instant);
}

/** A DICOM date (`YYYYMMDD`, PS3.5 6.2 DA) for reading: "3 Mar 2026". Anything else is returned as it is. */
export function dicomDateText(value: string): string {
  const [, year, month, day] = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(value.trim()) ?? [];
  if (year === undefined || month === undefined || day === undefined) return value;
  const midnight = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return Number.isNaN(midnight.getTime()) ? value : date.format(midnight);
}
