import { escapeText } from '../../../src-shared/escapeText.ts';

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
