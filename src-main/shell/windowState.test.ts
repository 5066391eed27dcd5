import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readWindowState, writeWindowState } from './windowState.ts';

const left = { x: 0, y: 0, width: 1920, height: 1080 };
const right = { x: 1920, y: 0, width: 1280, height: 1024 };
const state = { x: 2000, y: 50, width: 1000, height: 800, isMaximized: true };

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-window-'));
  file = join(folder, 'window.json');
});
afterAll(() => rm(folder, { recursive: true }));

test('what was written is read again while its display is there', () => {
  writeWindowState(file, state);
  expect(readWindowState(file, [left, right])).toEqual(state);
  expect(readWindowState(file, [left])).toBeNull();
});

test.each([
  ['its title bar above the screen', { y: -40 }, false],
  ['a corner that can be gripped', { x: 1790, y: 1000 }, true],
  ['a corner too small to grip', { x: 1850, y: 0 }, false],
  ['only its left part off the screen', { x: -800 }, true],
])('%s', (_, place, isFound) => {
  writeWindowState(file, { ...state, ...place });
  expect(readWindowState(file, [left]) !== null).toBe(isFound);
});

test.each(['', '{}', 'null', '{"x":"1"}', JSON.stringify({ ...state, width: 1e9 })])(
  'a file of %j is ignored',
  async (text) => {
    await writeFile(file, text);
    expect(readWindowState(file, [left, right])).toBeNull();
  },
);

test('a folder that cannot be written is no reason to stay open', () => {
  expect(() => writeWindowState(join(folder, 'missing', 'window.json'), state)).not.toThrow();
});
