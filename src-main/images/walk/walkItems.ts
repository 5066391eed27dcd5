import { posix } from 'node:path';
import { UserError, toFailure } from '../../../src-shared/errors.ts';
import type { WalkItem } from '../FoundFile.ts';

/** The last part of a path with either kind of slash. */
function nameOf(path: string): string {
  return posix.basename(path.replaceAll('\\', '/'));
}

/** A file that cannot be read. An error that is a bug of ours is thrown on. */
export function failure(path: string, error: unknown): WalkItem {
  if (!(error instanceof UserError)) throw error;
  return { kind: 'failure', path, fileName: nameOf(path), error: toFailure(error) };
}

/** A file or folder that was passed over on purpose. */
export function skipped(path: string, reason: string): WalkItem {
  return { kind: 'skipped', path, fileName: nameOf(path), reason };
}
