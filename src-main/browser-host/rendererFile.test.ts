import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRendererFile } from './rendererFile.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-page-'));
  await mkdir(join(folder, 'page', 'assets'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'page', 'index.html'), '<title>page</title>');
  await writeFile(join(folder, 'page', 'assets', 'a b.js'), 'export {}');
  await symlink(join(folder, 'secret.txt'), join(folder, 'page', 'link.txt'));
  await mkdir(join(folder, 'page-beside'));
  await writeFile(join(folder, 'page-beside', 'x.js'), 'beside');
});

afterAll(() => rm(folder, { recursive: true }));

const read = (pathname: string) => readRendererFile(join(folder, 'page'), pathname);
const text = async (pathname: string) => new TextDecoder().decode((await read(pathname)).bytes);

test('the page and its files come with their media types', async () => {
  expect(await text('/')).toBe('<title>page</title>');
  expect((await read('/')).mediaType).toBe('text/html; charset=utf-8');
  expect(await text('/assets/a%20b.js')).toBe('export {}');
  expect((await read('/assets/a%20b.js')).mediaType).toBe('text/javascript; charset=utf-8');
});

test.each([
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/..%5csecret.txt',
  '/%2fetc%2fpasswd',
  '/../page-beside/x.js',
  '/link.txt',
  '/index.html%00.png',
  '/C:%2fWindows',
  '/%',
  '/assets',
  '/missing.js',
])('%s leads nowhere', async (pathname) => {
  await expect(read(pathname)).rejects.toMatchObject({ code: 'file-not-found' });
});
