import { UserError, type ErrorCode } from '../../src-shared/errors.ts';

/** Result codes of SQLite (https://sqlite.org/rescode.html) and of the file system, by what a person can do. */
const meanings: readonly (readonly [RegExp, ErrorCode])[] = [
  // The shared-memory file of the write-ahead log could not grow: in practice always a full disk.
  [/^(SQLITE_FULL|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT)$/, 'disk-full'],
  [/^SQLITE_(BUSY|LOCKED)/, 'store-busy'],
  [/^SQLITE_(CORRUPT|NOTADB)/, 'store-damaged'],
  [/^SQLITE_(CANTOPEN|READONLY|IOERR|PERM)/, 'store-unavailable'],
  [
    /^(EACCES|EPERM|EROFS|ENOENT|ENOTDIR|EISDIR|EEXIST|EIO|ELOOP|EMFILE|ENFILE|ENAMETOOLONG)$/,
    'store-unavailable',
  ],
];

/**
 * The error to throw for one that SQLite or the file system threw: a UserError for what a person can act on,
 * anything else unchanged, since it is a bug.
 */
export function toStorageError(error: unknown): unknown {
  if (error instanceof UserError || !(error instanceof Error) || !('code' in error)) return error;
  const found = meanings.find(([pattern]) => pattern.test(String(error.code)));
  return found === undefined ? error : new UserError(found[1], {}, { cause: error });
}
