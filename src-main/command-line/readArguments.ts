import { resolve } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { Misuse } from './Misuse.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * Node's `parseArgs`, its complaints turned into `Misuse`.
 *
 * @param takesPaths - words that are no options are allowed
 */
export function readArguments<Given extends Options>(
  args: string[],
  options: Given,
  { takesPaths = false } = {},
) {
  try {
    return parseArgs({ args, options, allowPositionals: takesPaths, strict: true });
  } catch (error) {
    throw new Misuse(error instanceof Error ? error.message : String(error));
  }
}

/**
 * A path as the caller wrote it, resolved against the folder that the caller stood in (npm changes it).
 *
 * @throws Misuse when it is empty: a script's unset variable must not mean the whole folder
 */
export function resolvePath(path: string): string {
  if (path === '') throw new Misuse('A path is empty.');
  return resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
}

/** One of a list of words. @throws Misuse naming the option */
export function oneOf<Word extends string>(option: string, words: readonly Word[], given: string): Word {
  const found = words.find((word) => word === given);
  if (found === undefined) throw new Misuse(`${option} must be one of ${words.join(', ')}`);
  return found;
}

/** A whole number within limits. @throws Misuse naming the option */
export function wholeNumber(option: string, given: string, least: number, most: number): number {
  const value = Number(given);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new Misuse(`${option} must be a whole number from ${least} to ${most}`);
  return value;
}
