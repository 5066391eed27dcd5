import type { Analysis } from '../../src-shared/domain/analysis.ts';
import type { StoredAnalysis } from '../../src-shared/domain/cases.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';

/** What an answer says, wherever it is written down: the fields of `Answer` in docs/command-line.md but for its place. */
export function answerFields(
  value: Analysis | StoredAnalysis,
  slice: Slice | null,
  heatmapFile: string | null = null,
): object {
  return {
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
