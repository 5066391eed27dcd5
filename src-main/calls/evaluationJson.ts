import type { EvaluationReport } from '../../src-shared/domain/evaluation.ts';
import type { ErrorCode } from '../../src-shared/errors.ts';

/** A file that could not be read. */
export interface EvaluationFailure {
  /** Relative to the data set. */
  path: string;
  code: ErrorCode;
  message: string;
}

/** The JSON of the command line's contract (`evaluate --json`), which the screen exports as well. */
export function evaluationJson(report: EvaluationReport, failures: readonly EvaluationFailure[]): object {
  const { evaluation, model, dataset, protocol, baseline, comparison, validation, healthyHeads, warnings } =
    report;
  return {
    ...evaluation,
    model: model.name,
    modelFingerprint: model.fingerprint,
    dataset,
    protocol,
    shortcutBaseline: baseline,
    healthyHeads,
    ...(comparison === null ? {} : { comparison }),
    ...(validation === null ? {} : { validation }),
    warnings,
    failures: failures.map(({ path, code, message }) => ({ file: path, error: { code, message } })),
  };
}
