import { escapeText } from '../../../src-shared/escapeText.ts';
import type { Interval } from '../../../src-shared/statistics/wilsonInterval.ts';

/** 0.973 as "97.3 %", an unknown share as a dash. */
export function percent(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(1)} %`;
}

/** "95.1 – 98.6 %". */
export function percentInterval(interval: Interval | null): string {
  return interval === null ? '–' : `${(100 * interval[0]).toFixed(1)} – ${(100 * interval[1]).toFixed(1)} %`;
}

/** Three decimals, or a dash. */
export function decimal(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}

/** "0.951 – 0.986". */
export function decimalInterval(interval: Interval | null): string {
  return interval === null ? '–' : `${interval[0].toFixed(3)} – ${interval[1].toFixed(3)}`;
}

/**
 * A table whose first column names the rows.
 *
 * @param caption - what the table shows; read first by a screen reader
 * @param head - of every column; text
 * @param rows - of cells; each is markup already
 */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const titles = head.map((title) => `<th scope="col">${escapeText(title)}</th>`).join('');
  const body = rows.map(([name = '', ...cells]) => {
    const values = cells.map((cell) => `<td>${cell}</td>`).join('');
    return `<tr><th scope="row">${name}</th>${values}</tr>`;
  });
  return `<table><caption>${escapeText(caption)}</caption><thead><tr>${titles}</tr></thead><tbody>${body.join('\n')}</tbody></table>`;
}
