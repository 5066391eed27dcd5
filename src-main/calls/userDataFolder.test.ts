import { resolve } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { userDataFolder } from './userDataFolder.ts';

afterEach(() => vi.unstubAllEnvs());

it('takes BRATUM_DATA from where the caller stands, which under npm is not the working folder', () => {
  vi.stubEnv('BRATUM_DATA', 'data');
  vi.stubEnv('INIT_CWD', resolve('/somewhere'));
  expect(userDataFolder()).toBe(resolve('/somewhere/data'));
  vi.stubEnv('INIT_CWD', undefined);
  expect(userDataFolder()).toBe(resolve('data'));
});
