import { describe, expect, it } from 'vitest';
import { listCommand, stepTo } from './listCommand.ts';

const press = (key: string, held: Partial<Record<'shift' | 'ctrl' | 'meta' | 'alt', boolean>> = {}) =>
  ({
    key,
    shiftKey: held.shift ?? false,
    ctrlKey: held.ctrl ?? false,
    metaKey: held.meta ?? false,
    altKey: held.alt ?? false,
  }) as const;

describe('keys of the case list', () => {
  it('go, mark on the way with Shift, and leave the marks alone with Ctrl', () => {
    expect(listCommand(press('ArrowDown'))).toEqual({
      kind: 'go',
      by: 'next',
      isExtending: false,
      isKeeping: false,
    });
    expect(listCommand(press('End', { shift: true }))).toMatchObject({ by: 'last', isExtending: true });
    expect(listCommand(press('PageUp', { ctrl: true }))).toMatchObject({ by: 'page-up', isKeeping: true });
    expect(listCommand(press('Home', { ctrl: true, shift: true }))).toMatchObject({
      isExtending: true,
      isKeeping: false,
    });
  });

  it('mark all with the control key of either kind of keyboard', () => {
    expect(listCommand(press('a', { ctrl: true }))).toEqual({ kind: 'mark-all' });
    expect(listCommand(press('A', { meta: true }))).toEqual({ kind: 'mark-all' });
  });

  it('find by letters, among which a space counts once there is one', () => {
    expect(listCommand(press('é'))).toEqual({ kind: 'find', letter: 'é' });
    expect(listCommand(press(' '))).toEqual({ kind: 'toggle' });
    expect(listCommand(press(' '), true)).toEqual({ kind: 'find', letter: ' ' });
  });

  it('leave to the page what is the page’s', () => {
    const others = [press('k', { ctrl: true }), press('?'), press('Tab'), press('ArrowDown', { alt: true })];
    expect(others.map((event) => listCommand(event))).toEqual([null, null, null, null]);
  });
});

describe('a step', () => {
  it('stays within the list', () => {
    expect(stepTo('previous', 0, 5, 3)).toBe(0);
    expect(stepTo('next', 4, 5, 3)).toBe(4);
    expect(stepTo('page-down', 0, 5, 3)).toBe(2);
    expect(stepTo('page-down', 3, 5, 3)).toBe(4);
    expect(stepTo('last', 1, 100_000, 10)).toBe(99_999);
    expect(stepTo('page-up', 7, 100, 1)).toBe(6);
  });
});
