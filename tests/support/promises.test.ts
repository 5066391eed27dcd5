/** What docs/security.md and docs/reliability.md promise: each row of their tables names a test, and the test is there. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { ErrorCode } from '../../src-shared/errors.ts';
import { errorText } from '../../src-shared/errorTexts.ts';

const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

/** The text of every test by its path, with `/`. */
async function allTests(): Promise<Map<string, string>> {
  const folders = await Promise.all(
    ['src-main', 'src-renderer', 'src-shared', 'tests'].map(async (folder) =>
      (await readdir(join(projectFolder, folder), { recursive: true })).map((name) => join(folder, name)),
    ),
  );
  const names = folders.flat().filter((name) => /\.(test|spec)\.ts$/.test(name));
  const texts = await Promise.all(names.map((name) => readFile(join(projectFolder, name), 'utf8')));
  return new Map(names.map((name, i) => [name.replaceAll('\\', '/'), texts[i]!]));
}

/** Rows of every table with a column "test": what is promised, and that cell. */
function promisesOf(markdown: string): { promise: string; cell: string }[] {
  const promises: { promise: string; cell: string }[] = [];
  let column = -1;
  for (const line of markdown.split('\n')) {
    const cells = line.startsWith('|') ? line.split('|').map((one) => one.trim()) : null;
    if (cells === null) column = -1;
    else if (column < 0) column = cells.indexOf('test') < 0 ? Infinity : cells.indexOf('test');
    else if (column < Infinity && !/^-+$/.test(cells[1] ?? ''))
      promises.push({ promise: cells[1] ?? '', cell: cells[column] ?? '' });
  }
  return promises;
}

/** What is wrong with one cell: it names no proof, a test that is not there, or a title that no such test has. */
function complaintsAbout(
  cell: string,
  tests: ReadonlyMap<string, string>,
  scripts: readonly string[],
): string[] {
  const complaints: string[] = [];
  const named = [
    ...cell.matchAll(/`([^`]*\.(?:test|spec)\.ts)`|`npm run ([\w:-]+)[^`]*`|`(tests\/[^`.]+)`|"([^"]+)"/g),
  ];
  let current: string[] = [];
  let proofs = 0;
  for (const [, file, script, folder, title] of named) {
    if (file !== undefined) {
      const found = [...tests].filter(([path]) => path === file || path.endsWith(`/${file}`));
      if (found.length !== 1) complaints.push(`${found.length} tests are called ${file}`);
      current = found.map(([, text]) => text);
      proofs += 1;
    } else if (script !== undefined) {
      if (!scripts.includes(script)) complaints.push(`there is no script ${script}`);
      proofs += 1;
    } else if (folder !== undefined) {
      if (![...tests.keys()].some((path) => path.startsWith(`${folder}/`)))
        complaints.push(`${folder} is empty`);
      proofs += 1;
    } else if (title !== undefined) {
      const words = title.replaceAll(/^… | …$/g, '');
      if (!current.some((text) => text.includes(words))) complaints.push(`no test says “${title}”`);
    }
  }
  return proofs === 0 ? ['it names no test'] : complaints;
}

const tests = await allTests();
const { scripts } = JSON.parse(await readFile(join(projectFolder, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

test.each(['security.md', 'reliability.md'])(
  'every promise in docs/%s names tests that are there',
  async (name) => {
    const promises = promisesOf(await readFile(join(projectFolder, 'docs', name), 'utf8'));
    expect(promises.length).toBeGreaterThan(10);
    const wrong = promises.flatMap(({ promise, cell }) =>
      complaintsAbout(cell, tests, Object.keys(scripts)).map((complaint) => `${promise}: ${complaint}`),
    );
    expect(wrong).toEqual([]);
  },
);

test('every fault in docs/reliability.md is told by a code that has a title and an advice', async () => {
  const markdown = await readFile(join(projectFolder, 'docs', 'reliability.md'), 'utf8');
  const section = /^## Faults\n([^]*?)^## /m.exec(markdown)?.[1] ?? '';
  const told = section.split('\n').map((line) => line.split('|')[2] ?? '');
  const codes = told.flatMap((cell) =>
    [...cell.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code as ErrorCode),
  );
  expect(codes).toContain('disk-full');
  for (const code of codes) {
    const { title, advice } = errorText({ code, detail: {} });
    expect([code, title.length > 5, advice.length > 5]).toEqual([code, true, true]);
  }
});

test('a promise without a test, with a wrong one or a wrong title would be noticed', () => {
  const known = new Map([['a/b.test.ts', "test('does this', …"]]);
  const complaints = (cell: string) => complaintsAbout(cell, known, ['fuzz']);
  expect(complaints('`b.test.ts`, "does this"; `npm run fuzz`')).toEqual([]);
  expect(complaints('somebody looked')).toEqual(['it names no test']);
  expect(complaints('`c.test.ts`')).toEqual(['0 tests are called c.test.ts']);
  expect(complaints('`b.test.ts`, "does that …"')).toEqual(['no test says “does that …”']);
  expect(complaints('`npm run nothing`')).toEqual(['there is no script nothing']);
});
