import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { KeyedLocks } from './KeyedLocks.ts';

describe('KeyedLocks', () => {
  it('lets work on the same name wait, and work on other names go on', async () => {
    const locks = new KeyedLocks();
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const ended: string[] = [];
    const work = (name: string, until: Promise<void>) => async () => {
      await until;
      ended.push(name);
    };
    const all = [
      locks.hold(['a', 'b'], work('ab', gate)),
      locks.hold(['b', 'c'], work('bc', Promise.resolve())),
      locks.hold(['c', 'a'], work('ca', Promise.resolve())),
      locks.hold(['d'], work('d', Promise.resolve())),
    ];
    await setImmediate();
    expect(ended).toEqual(['d']);
    open();
    await Promise.all(all);
    expect(ended).toEqual(['d', 'ab', 'bc', 'ca']);
  });

  it('goes on after work that failed, and lets the same name twice in one piece of work pass', async () => {
    const locks = new KeyedLocks();
    const failing = locks.hold(['a'], () => Promise.reject(new Error('no')));
    const next = locks.hold(['a', 'a'], () => Promise.resolve('yes'));
    await expect(failing).rejects.toThrow('no');
    await expect(next).resolves.toBe('yes');
  });
});
