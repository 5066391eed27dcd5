import { UserError } from '../../src-shared/errors.ts';
import { forkChannel } from '../inference/forkChannel.ts';
import { localChannel } from '../inference/localChannel.ts';
import { InferenceChild } from '../inference/InferenceChild.ts';
import type { OpenedRun } from '../training/run/openRun.ts';
import type { RunControl } from '../training/run/RunControl.ts';
import type { RunFolder } from '../training/run/RunFolder.ts';
import { guardModel } from './guardModel.ts';

/**
 * Gives the model of a run that has ended its guard, with the pictures that the run's loader still holds. Without
 * onnxruntime, which a run with the engine `tfjs` can do without, the model stays without.
 *
 * @throws UserError as `guardModel`
 */
export async function guardRun(
  { run, split, loopParts: { loader } }: OpenedRun,
  { best }: RunFolder,
  control: RunControl,
): Promise<void> {
  // A utility process of Electron has no Node executable to fork; it is a child already, and nobody waits for it.
  const isUtility = 'parentPort' in process && process.parentPort !== undefined;
  const inference = new InferenceChild(isUtility ? localChannel : () => forkChannel());
  try {
    await guardModel({
      folder: best,
      split,
      fold: run.split.fold,
      inference,
      load: (positions) => loader.load(positions.map((picture) => ({ picture, showing: null }))),
      allowed: () => control.allowed(),
    });
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'component-missing') throw error;
  } finally {
    inference.close();
  }
}
