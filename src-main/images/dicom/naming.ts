import { UserError } from '../../../src-shared/errors.ts';

/** A caught value to throw on; an error that a person will read gets the file's name. */
export function naming(fileName: string, error: unknown): unknown {
  return error instanceof UserError
    ? new UserError(error.code, { file: fileName, ...error.detail }, { cause: error })
    : error;
}
