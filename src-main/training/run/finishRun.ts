import type { OpenedRun } from './openRun.ts';
import type { RunFolder } from './RunFolder.ts';
import { predictPart, type LabelledPart } from './TrainingLoop.ts';

/** What a run came to. */
export interface FinishedRun {
  epochs: number;
  bestEpoch: number;
  validationLoss: number;
  validationAccuracy: number;
  /** Null where the split leaves no test pictures. */
  testAccuracy: number | null;
}

/** Makes the model of a run that has ended. */
export async function finishRun(opened: OpenedRun, folder: RunFolder): Promise<FinishedRun> {
  const { engine, parts, loop, loopParts } = opened;
  engine.weights.set(await folder.readBest());
  const accuracyOf = async (part: LabelledPart): Promise<number> => {
    const logits = await predictPart(loopParts, part);
    return logits.filter((row, i) => row.indexOf(Math.max(...row)) === part.labels[i]).length / logits.length;
  };
  const best = loop.history.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a));
  return {
    epochs: loop.history.length,
    bestEpoch: best.epoch,
    validationLoss: best.validationLoss,
    validationAccuracy: best.validationAccuracy,
    testAccuracy: parts.test.pictures.length === 0 ? null : await accuracyOf(parts.test),
  };
}
