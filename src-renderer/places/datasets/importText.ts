import type { ImportSummary } from '../../../src-shared/domain/workspace.ts';
import { countText } from '../../text/numberTexts.ts';

/** What an import did, in one sentence; what did not happen is left out. */
export function importText(summary: ImportSummary): string {
  const parts: [number, (count: number) => string][] = [
    [summary.added, (n) => `${countText(n, 'picture')} added`],
    [summary.updated, (n) => `${n.toLocaleString('en-GB')} changed`],
    [summary.relinked, (n) => `${n.toLocaleString('en-GB')} found again elsewhere`],
    [summary.unchanged, (n) => `${n.toLocaleString('en-GB')} unchanged`],
    [summary.labelled, (n) => `${n.toLocaleString('en-GB')} labelled by a label file`],
    [summary.rowsWithoutPicture, (n) => `${countText(n, 'row')} of label files without a picture`],
    [summary.missing, (n) => `${n.toLocaleString('en-GB')} missing`],
    [summary.unreadable, (n) => `${countText(n, 'file')} unreadable`],
  ];
  const told = parts.filter(([count]) => count > 0).map(([count, words]) => words(count));
  return told.length === 0 ? 'Nothing to import was found.' : `${told.join(', ')}.`;
}

/** "about 2 min left" from what was done in how long; nothing before it can be told. */
export function timeLeftText(done: number, total: number | null, elapsedMs: number): string {
  if (total === null || done < 10 || done >= total || elapsedMs < 1000) return '';
  const leftSeconds = ((elapsedMs / done) * (total - done)) / 1000;
  if (leftSeconds < 90) return `about ${Math.max(1, Math.round(leftSeconds))} s left`;
  return `about ${Math.round(leftSeconds / 60)} min left`;
}
