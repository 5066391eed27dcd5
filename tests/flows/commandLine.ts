import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What runs as `bratum`. */
export const entry = fileURLToPath(new URL('../../src-main/command-line/main.ts', import.meta.url));

/** What a finished command left behind. */
export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `bratum` with these words in a process of its own, as a script would. */
export function bratum(
  words: string[],
  options: { cwd?: string; dataFolder?: string; onStart?: (child: ChildProcess) => void } = {},
) {
  const { cwd = process.cwd(), dataFolder, onStart } = options;
  const child = spawn(process.execPath, [entry, ...words], {
    cwd,
    env: { ...process.env, INIT_CWD: cwd, ...(dataFolder !== undefined && { BRATUM_DATA: dataFolder }) },
  });
  const result: CommandResult = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (result.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (result.stderr += text));
  onStart?.(child);
  return new Promise<CommandResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ ...result, code }));
  });
}
