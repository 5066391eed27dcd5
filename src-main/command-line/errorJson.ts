import type { Failure } from '../../src-shared/errors.ts';
import { errorMessage } from '../../src-shared/errorTexts.ts';

/** A failure in the JSON of a command: its code, and a sentence for people. */
export function errorJson(error: Failure): { code: string; message: string } {
  return { code: error.code, message: errorMessage(error) };
}
