import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../src-shared/errors.ts';
import { resolvePath } from './readArguments.ts';

/** Reads a small text file that an option names. @throws Misuse, UserError 'file-unreadable' */
export async function readText(path: string): Promise<string> {
  const file = resolvePath(path);
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UserError('file-unreadable', { file: basename(file) }, { cause });
  });
}
