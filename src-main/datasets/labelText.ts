import type { Plane, PlaneSource } from '../../src-shared/domain/plane.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';

/** One row of a label file that was written by the application. */
export interface LabelRow {
  /** Relative to the data set's folder, with `/`. */
  path: string;
  /** Null where nobody is sure. */
  plane: Plane | null;
  class: TumourClass | null;
  /** Of the most likely plane, 0…1, whether it is written or not; null where nobody has a guess. */
  probability: number | null;
  /** Who named the plane; `label` stands for a label file and for folders. */
  source: PlaneSource | 'label' | null;
}

/** What a spreadsheet would calculate, also in the full-width forms. */
const formula = /^[=+\-@＝＋－＠]/u;

/**
 * A label file that `readLabels` reads back: CSV by RFC 4180 with the heading `path,plane,class,probability,source`,
 * lines ended by a line feed, an unknown value as an empty cell. A path that a spreadsheet would calculate begins with
 * `./`, which leads to the same file: names of files come from anybody.
 */
export function labelText(rows: Iterable<LabelRow>): string {
  const lines = ['path,plane,class,probability,source'];
  for (const { path, plane, class: tumour, probability, source } of rows)
    lines.push(
      [cell(formula.test(path) ? `./${path}` : path), plane, tumour, probability?.toFixed(4), source]
        .map((value) => value ?? '')
        .join(','),
    );
  return `${lines.join('\n')}\n`;
}

/** In quotation marks where a bare cell would be read otherwise. */
function cell(text: string): string {
  return /^\s|\s$|["',;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
