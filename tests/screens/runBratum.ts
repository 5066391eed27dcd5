import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const projectFolder = fileURLToPath(new URL('../../', import.meta.url));

/** Runs a command of the command line as a script would. @returns what it wrote to standard output, parsed */
export async function runBratum(...words: string[]): Promise<unknown> {
  const args = ['run', '--silent', 'bratum', '--', ...words];
  const { stdout } = await promisify(execFile)('npm', args, { cwd: projectFolder, maxBuffer: 1 << 26 });
  return JSON.parse(stdout);
}
