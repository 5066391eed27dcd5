import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { pathsInArguments } from './pathsInArguments.ts';

const here = fileURLToPath(import.meta.url);

test('existing files and folders are taken, switches and other words are not', () => {
  const values = ['--allow-file-access', '-x', '', 'no such file', basename(here), here, '.'];
  expect(pathsInArguments(values, dirname(here))).toEqual([here, here, dirname(here)]);
});
