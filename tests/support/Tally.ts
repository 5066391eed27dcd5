import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface SkippedTest {
  test: string;
  reason: string;
}

/** What a stage of `npm test` counted. */
export interface Tally {
  passed: number;
  failed: string[];
  skipped: SkippedTest[];
}

/** Environment variable that tells a reporter where its tally belongs. */
const target = 'BRATUM_TALLY';

/** The reason behind a skip: the note given to `skip()`, else the last words in brackets of the test's name. */
export function skipReason(test: string, note: string | undefined): string {
  return note ?? [...test.matchAll(/\(([^()]+)\)/g)].at(-1)?.[1] ?? 'no reason given';
}

/** The environment of a stage whose reporter writes its tally to `file`. */
export function tallyEnvironment(file: string): Record<string, string> {
  return { [target]: file };
}

/** Writes the tally where `npm test` looks for it; does nothing when a stage was started by hand. */
export async function writeTally(tally: Tally): Promise<void> {
  const file = process.env[target];
  if (file === undefined) return;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(tally));
}

/** The tally of a stage that has ended, or null when it died before writing one. */
export async function readTally(file: string): Promise<Tally | null> {
  return readFile(file, 'utf8').then((text) => JSON.parse(text) as Tally, () => null); // prettier-ignore
}
