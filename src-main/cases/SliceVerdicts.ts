import { agreementWith, type Agreement, type Conclusion } from '../../src-shared/domain/readings.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import type { Database, Statement } from '../storage/Database.ts';
import type { Growth } from './Growth.ts';
import { isStanding } from './readingRow.ts';

interface Verdict {
  class: TumourClass | null;
  finding: Conclusion['finding'];
  rejected_class: Conclusion['rejectedClass'];
  agreement: Agreement | null;
}

/**
 * Keeps on each slice which analysis and which reading are its newest, and whether they agree, and hands what changed
 * to the growth of the case, so that a line of the list never has to look at slices. The caller holds the write lock.
 */
export class SliceVerdicts {
  readonly #verdict: Statement<[sliceId: number], Verdict>;
  readonly #setAnalysis: Statement<[analysisId: number, agreement: Agreement | null, sliceId: number], never>;
  readonly #setReading: Statement<[{ id: number }], never>;
  readonly #setAgreement: Statement<[agreement: Agreement | null, sliceId: number], never>;

  constructor(database: Database) {
    this.#verdict = database.prepare(`
      SELECT a.class, r.finding, r.rejected_class, s.agreement FROM slices s
      LEFT JOIN analyses a ON a.id = s.newest_analysis_id LEFT JOIN readings r ON r.id = s.reading_id
      WHERE s.id = ?`);
    this.#setAnalysis = database.prepare(
      'UPDATE slices SET newest_analysis_id = ?, agreement = ? WHERE id = ?',
    );
    this.#setReading = database.prepare(`
      UPDATE slices SET reading_id = (
        SELECT max(r.id) FROM readings r WHERE r.slice_id = @id AND r.scope = 'slice' AND ${isStanding}
      ) WHERE id = @id`);
    this.#setAgreement = database.prepare('UPDATE slices SET agreement = ? WHERE id = ?');
  }

  /** Makes an analysis the newest of its slice. */
  answered(sliceId: number, analysisId: number, newClass: TumourClass, growth: Growth): void {
    const before = this.#verdictOf(sliceId);
    const agreement = agreementOf({ ...before, class: newClass });
    this.#setAnalysis.run(analysisId, agreement, sliceId);
    if (before.class !== null) growth.classSlices[before.class]--;
    growth.classSlices[newClass]++;
    countChange(before.agreement, agreement, growth);
  }

  /** Looks up anew which reading of the slice is the newest that stands. */
  read(sliceId: number, growth: Growth): void {
    this.#setReading.run({ id: sliceId });
    const verdict = this.#verdictOf(sliceId);
    const agreement = agreementOf(verdict);
    this.#setAgreement.run(agreement, sliceId);
    countChange(verdict.agreement, agreement, growth);
  }

  #verdictOf(sliceId: number): Verdict {
    const verdict = this.#verdict.get(sliceId);
    if (verdict === undefined) throw new Error(`there is no slice ${sliceId}`);
    return verdict;
  }
}

function agreementOf({
  finding,
  rejected_class: rejectedClass,
  class: modelClass,
}: Verdict): Agreement | null {
  return agreementWith({ finding, rejectedClass }, modelClass);
}

function countChange(before: Agreement | null, after: Agreement | null, growth: Growth): void {
  if (before !== null) growth.agreeingSlices[before]--;
  if (after !== null) growth.agreeingSlices[after]++;
}
