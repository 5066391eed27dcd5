import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { UserError } from '../../src-shared/errors.ts';
import { Misuse } from './Misuse.ts';
import { resolvePath } from './readArguments.ts';

/** The one folder that a command was given, absolute. @throws Misuse; UserError 'file-not-found' */
export function oneFolder(positionals: readonly string[]): string {
  const [given] = positionals;
  if (given === undefined || positionals.length > 1) throw new Misuse('Name one folder.');
  const folder = resolvePath(given);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UserError('file-not-found', { file: basename(folder) });
  return folder;
}
