import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { RunControl } from './RunControl.ts';

/** Whether a run that asks now may go on; null while it waits. */
async function answerOf(asked: Promise<void>): Promise<'allowed' | 'refused' | null> {
  let answer: 'allowed' | 'refused' | null = null;
  asked.then(
    () => (answer = 'allowed'),
    () => (answer = 'refused'),
  );
  await turn();
  return answer;
}

test('a run waits while it is paused, and goes on after', async () => {
  const control = new RunControl();
  expect(await answerOf(control.allowed())).toBe('allowed');
  control.pause();
  control.pause();
  expect(control.isPaused).toBe(true);
  const asked = control.allowed();
  expect(await answerOf(asked)).toBeNull();
  control.resume();
  expect(control.isPaused).toBe(false);
  expect(await answerOf(asked)).toBe('allowed');
});

test('paused again before it woke, it waits on', async () => {
  const control = new RunControl();
  control.pause();
  const asked = control.allowed();
  control.resume();
  control.pause();
  expect(await answerOf(asked)).toBeNull();
  control.resume();
  expect(await answerOf(asked)).toBe('allowed');
});

test('cancelling ends a pause, and no later one holds', async () => {
  const controller = new AbortController();
  const control = new RunControl(controller.signal);
  control.pause();
  const asked = control.allowed();
  controller.abort();
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  expect(control.isCancelled).toBe(true);
  control.pause();
  expect(control.isPaused).toBe(false);
  await expect(control.allowed()).rejects.toMatchObject({ code: 'cancelled' });
});

test('cancelled before it began', async () => {
  await expect(new RunControl(AbortSignal.abort()).allowed()).rejects.toMatchObject({ code: 'cancelled' });
});

test('finishing early ends a pause without cancelling', async () => {
  const control = new RunControl();
  control.pause();
  const asked = control.allowed();
  control.finishEarly();
  expect(await answerOf(asked)).toBe('allowed');
  expect(control).toMatchObject({ isFinishing: true, isCancelled: false, isPaused: false });
});
