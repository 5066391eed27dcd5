import { expect, test } from 'vitest';
import { Session } from './Session.ts';

function errorOf(action: () => unknown): unknown {
  try {
    action();
    return null;
  } catch (error) {
    return (error as { code: unknown }).code;
  }
}

test('the token buys one cookie, which is asked for from then on', () => {
  const session = new Session(4000);
  const setCookie = session.exchange(session.token);
  expect(setCookie).toMatch(/^bratum-4000=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  const [cookie = ''] = setCookie.split(';');
  expect(session.admits(cookie)).toBe(true);
  expect(session.admits(`other=1; ${cookie}; more=2`)).toBe(true);
  expect(errorOf(() => session.exchange(session.token))).toBe('session-required');
});

test.each([undefined, '', 'bratum-4000=', 'bratum-4000', '=', 'bratum-4001=x', 'xbratum-4000=x'])(
  'the cookie header %j is refused',
  (header) => expect(new Session(4000).admits(header)).toBe(false),
);

test('sessions and tokens of two hosts never fit each other', () => {
  const [first, second] = [new Session(4000), new Session(4000)];
  const [cookie = ''] = first.exchange(first.token).split(';');
  expect(second.admits(cookie)).toBe(false);
  expect(errorOf(() => second.exchange(first.token))).toBe('session-required');
});

test('after ten wrong tokens within a minute even the right one has to wait', () => {
  let nowMs = 0;
  const session = new Session(4000, () => nowMs);
  for (let attempt = 0; attempt < 10; attempt++) {
    expect(errorOf(() => session.exchange('wrong'))).toBe('session-required');
  }
  expect(errorOf(() => session.exchange(session.token))).toBe('too-many-attempts');
  nowMs = 60_000;
  expect(errorOf(() => session.exchange(session.token))).toBeNull();
});
