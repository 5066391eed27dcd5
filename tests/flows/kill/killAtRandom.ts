import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';

/** As many as `npm test` does, or `npm run test:long`. */
export const killRounds = process.env['BRATUM_LONG'] === '1' ? 50 : 5;

export interface KillOptions {
  /** Kill it after this many of its acknowledgements at most, at a random one; null: while it starts. */
  mostLines: number | null;
  random: () => number;
}

/** How long a start takes on a machine that has nothing else to do. */
const startMs = 800;

/**
 * Starts one of the scripts of this folder, kills it with SIGKILL at a random moment, and waits for its end. The moment
 * counts from what the script acknowledged and not from the clock: on a busy machine a time would end it before it had
 * promised anything, and nothing could be lost.
 *
 * @returns its whole lines on standard output but `ready`; the last may be cut and does not count then
 */
export async function killAtRandom(
  script: string,
  args: readonly string[],
  { mostLines, random }: KillOptions,
): Promise<string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const closed = once(child, 'close');
  if (mostLines === null) await wait(random() * startMs);
  else {
    await Promise.race([once(child.stdout, 'data'), closed]);
    const readyAt = performance.now();
    const wanted = Math.ceil(random() * mostLines);
    while (linesIn(output).length < wanted && child.exitCode === null) await wait(2);
    // Somewhere within the next step, as long as a step takes here.
    await wait((random() * (performance.now() - readyAt)) / Math.max(1, linesIn(output).length));
  }
  child.kill('SIGKILL');
  const [, signal] = (await closed) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return linesIn(output);
}

function linesIn(output: string): string[] {
  return output
    .split('\n')
    .slice(0, -1)
    .filter((line) => line !== 'ready');
}
