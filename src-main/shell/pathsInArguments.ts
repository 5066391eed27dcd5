import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * The files and folders among a process's arguments. Chromium adds switches of its own, and the system
 * may pass what is none of ours; what does not exist is left out.
 *
 * @param values - arguments after the executable
 * @param workingFolder - what relative paths start from
 */
export function pathsInArguments(values: readonly string[], workingFolder: string): string[] {
  return values
    .filter((value) => value !== '' && !value.startsWith('-'))
    .map((value) => resolve(workingFolder, value))
    .filter((path) => existsSync(path));
}
