import { expect, test } from 'vitest';
import { UserError } from '../../src-shared/errors.ts';
import { withRetries } from './withRetries.ts';

const policy = { attempts: 4, firstDelayMs: 1 };
const unreachable = new UserError('pacs-unreachable', { server: 'a' });

/** Fails with the errors in turn, then succeeds with the number of the attempt. */
function failing(...errors: Error[]): { work: () => Promise<number>; count: () => number } {
  let attempts = 0;
  return {
    count: () => attempts,
    work() {
      const error = errors[attempts++];
      return error === undefined ? Promise.resolve(attempts) : Promise.reject(error);
    },
  };
}

test('what the network spoilt is tried again, four times in all', async () => {
  const twice = failing(unreachable, unreachable);
  expect(await withRetries(twice.work, undefined, policy)).toBe(3);
  const always = failing(...Array<Error>(9).fill(unreachable));
  await expect(withRetries(always.work, undefined, policy)).rejects.toBe(unreachable);
  expect(always.count()).toBe(4);
});

test('what a server refused, and what is a bug, is not asked for twice', async () => {
  for (const error of [
    new UserError('pacs-refused'),
    new UserError('pacs-unauthorised'),
    new TypeError('bug'),
  ]) {
    const once = failing(error);
    await expect(withRetries(once.work, undefined, policy)).rejects.toBe(error);
    expect(once.count()).toBe(1);
  }
});

test('delays double', async () => {
  const startedAt = performance.now();
  await withRetries(failing(unreachable, unreachable, unreachable).work, undefined, {
    attempts: 4,
    firstDelayMs: 20,
  });
  // A timer may fire up to a millisecond early.
  expect(performance.now() - startedAt).toBeGreaterThan(20 + 40 + 80 - 3);
});

test('cancelling ends the wait at once', async () => {
  const controller = new AbortController();
  const { work, count } = failing(unreachable);
  const waiting = withRetries(work, controller.signal, { attempts: 4, firstDelayMs: 3_600_000 });
  setImmediate(() => controller.abort());
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  expect(count()).toBe(1);
});
