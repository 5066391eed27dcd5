import { errorMessage } from '../../src-shared/errorTexts.ts';
import type { AuditOutcome } from './auditModel.ts';

/** The JSON of the command line's contract (`audit --json`), which the screen exports as well. */
export function auditJson({ failures, ...outcome }: AuditOutcome): object {
  return {
    ...outcome,
    failures: failures.map(({ path, error }) => ({
      file: path,
      error: { code: error.code, message: errorMessage(error) },
    })),
  };
}
