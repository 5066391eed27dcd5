import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorMessage } from '../../src-shared/errorTexts.ts';
import type { UserError } from '../../src-shared/errors.ts';
import { loadRuntime } from './loadRuntime.ts';

const platform = `${process.platform} ${process.arch}`;

test.each([
  ['MODULE_NOT_FOUND', `onnxruntime is not installed. There is no onnxruntime binary for ${platform}.`],
  [
    'ERR_DLOPEN_FAILED',
    `onnxruntime is not installed. The system refused to load its binary for ${platform}; a system library may be missing or too old.`,
  ],
])('an import that fails with %s is a missing component, without a path', async (code, message) => {
  const cause = Object.assign(new Error('/opt/somewhere/onnxruntime_binding.node'), { code });
  const failure = await loadRuntime(() => Promise.reject(cause)).then(
    () => Promise.reject(new Error('did not fail')),
    (error: unknown) => error as UserError,
  );
  expect(failure).toMatchObject({ code: 'component-missing', cause });
  expect(errorMessage(failure)).toBe(message);
});

test('where there is a binary, it is loaded and says nothing by itself', async () => {
  const runtime = await loadRuntime();
  expect(runtime).toHaveProperty('InferenceSession.create');
  expect(runtime.env.logLevel).toBe('fatal');
});

test('the library reports nothing to its makers: not even its files for that are there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bratum-telemetry-'));
  const code = `
    import { readFile } from 'node:fs/promises';
    import { loadRuntime } from './src-main/runtime/loadRuntime.ts';
    const { InferenceSession } = await loadRuntime();
    await (await InferenceSession.create(await readFile('models/combined/model.onnx'))).release();`;
  const env = { ...process.env, TMPDIR: folder, ORT_DISABLE_TELEMETRY: undefined };
  const words = ['--input-type=module', '--eval', code];
  const { status, stderr } = spawnSync(process.execPath, words, { env, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});
