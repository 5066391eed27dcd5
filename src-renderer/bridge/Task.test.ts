import { expect, it } from 'vitest';
import { UserError } from '../../src-shared/errors.ts';
import { MainSide } from './MainSide.ts';
import { Task } from './Task.svelte.ts';

function idleTask(): Task {
  return new Task(
    new MainSide({
      state: 'connected',
      call: () => Promise.reject(new Error('no call is expected')),
      addFiles: () => Promise.reject(new Error('no upload is expected')),
      listen: () => () => undefined,
      watchState: () => () => undefined,
    }),
  );
}

it('shows its progress, and refuses other work until it has ended', async () => {
  const task = idleTask();
  const gate = Promise.withResolvers<undefined>();
  const work = task.work('Writing', async ({ onProgress }) => {
    onProgress?.(3, 10);
    await gate.promise;
  });
  expect(task.running).toMatchObject({ label: 'Writing', done: 3, total: 10 });
  await task.work('Reading', () => Promise.reject(new UserError('disk-full')));
  expect(task.failure).toBeNull();
  gate.resolve(undefined);
  await work;
  expect(task.running).toBeNull();
});

it('keeps a failure until the next try, but not a cancellation', async () => {
  const task = idleTask();
  await task.work('Writing', () => Promise.reject(new UserError('disk-full')));
  expect(task.failure).toEqual({ code: 'disk-full', detail: {} });
  const work = task.work('Writing', ({ signal }) => {
    const stopped = Promise.withResolvers<void>();
    signal?.addEventListener('abort', () => stopped.reject(new UserError('cancelled')));
    return stopped.promise;
  });
  expect(task.failure).toBeNull();
  task.cancel();
  await work;
  expect(task.failure).toBeNull();
  expect(task.running).toBeNull();
});
