import type { Plane } from '../../src-shared/domain/plane.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import type { UserError } from '../../src-shared/errors.ts';
import type { Guards, Verdict } from '../datasets/workspace/HygieneTable.ts';
import type { SliceExaminer } from './SliceExaminer.ts';
import { strangerReason } from './strangerReason.ts';

/** Who judges, by whose guards. */
export interface Judges {
  examiner: SliceExaminer;
  guards: Guards;
}

/**
 * What a guard says of a slice.
 *
 * @param plane - as it is labelled, which decides about the guard
 * @throws UserError as `SliceExaminer.examine`
 */
export async function judgeSlice(
  slice: Slice,
  plane: Plane | null,
  { examiner, guards }: Judges,
): Promise<Verdict> {
  const examined = await examiner.examine(slice, plane);
  const reason = strangerReason(examined);
  return {
    hadPlane: plane !== null,
    examinedBy: plane === null ? guards.unplaced : guards.placed,
    ...{ score: examined.guard.score, isFlagged: reason !== null, reason },
  };
}

/** A failure of the models or the job, and not of one picture. */
export function isOfTheRun({ code }: UserError): boolean {
  return (
    code === 'cancelled' || code === 'component-missing' || /^(inference|model|provider|store)-/.test(code)
  );
}
