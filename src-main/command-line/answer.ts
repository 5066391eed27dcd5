import { errorMessage } from '../../src-shared/errorTexts.ts';
import type { PathAnswer } from '../calls/classifyPaths.ts';

/** One entry of `results` in the JSON of `classify`: an answer or a failure, as docs/command-line.md says. */
export function toAnswer({ path, frame, slice, outcome }: PathAnswer, heatmapFile: string | null): object {
  if (!outcome.ok) {
    const { code } = outcome.error;
    return { file: path, frame, error: { code, message: errorMessage(outcome.error) } };
  }
  const { value } = outcome;
  return {
    file: path,
    frame,
    sopInstanceUid: slice?.attributes.sopInstanceUid ?? null,
    plane: value.plane,
    planeSource: value.planeSource,
    planeProbability: value.planeProbability,
    class: value.class,
    probabilities: value.probabilities,
    classSet: value.classSet,
    model: value.model,
    modelFingerprint: value.modelFingerprint,
    provider: value.provider,
    guard: value.guard,
    elapsedMs: value.elapsedMs,
    ...(heatmapFile === null ? {} : { heatmapFile }),
    warnings: value.warnings,
  };
}
