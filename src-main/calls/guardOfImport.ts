import type { Plane } from '../../src-shared/domain/plane.ts';
import { UserError, type CancelSignal } from '../../src-shared/errors.ts';
import type { AskGuard } from '../datasets/workspace/describeForWorkspace.ts';
import type { PlaneTools } from './findPlanes.ts';
import { guardsAtHand } from './guardsAtHand.ts';
import { isOfTheRun, judgeSlice, type Judges } from './judgeSlice.ts';
import { SliceExaminer } from './SliceExaminer.ts';

/**
 * Lets the guards look at pictures while an import holds their pixels, so that hygiene need not decode them again. An
 * import needs no model: where models fail, pictures come in without a verdict, and hygiene says why it can give none.
 *
 * @param planeOf - the plane that a label file has for a picture
 * @returns null where no model can be asked
 */
export async function guardOfImport(
  tools: PlaneTools,
  planeOf: (path: string, fileHash: string) => Plane | null,
  signal: CancelSignal,
): Promise<AskGuard | null> {
  const judges = await judgesOf(tools, signal);
  if (judges === null) return null;
  let isFailing = false;
  return async (slice, { path, fileHash, plane }) => {
    if (isFailing) return null;
    try {
      return await judgeSlice(slice, planeOf(path, fileHash) ?? plane, judges);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      isFailing ||= isOfTheRun(error);
      return null;
    }
  };
}

async function judgesOf(tools: PlaneTools, signal: CancelSignal): Promise<Judges | null> {
  try {
    const examiner = new SliceExaminer(tools, signal);
    await examiner.prepare();
    return { examiner, guards: await guardsAtHand(tools) };
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
