import { describe, expect, it } from 'vitest';
import { actionKeys, actionOf, isTakenByControl, readActions } from './readActions.ts';

const press = (key: string, more = {}) =>
  actionOf({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    defaultPrevented: false,
    target: null,
    ...more,
  });
const input = (type: string) => ({ target: { tagName: 'INPUT', type } as unknown as EventTarget });

describe('actionOf', () => {
  it('knows every action by a key of its own', () => {
    const keys = readActions.flatMap((action) => actionKeys[action].keys);
    expect(new Set(keys).size).toBe(keys.length);
    for (const action of readActions) expect(press(actionKeys[action].keys[0] ?? '')).toBe(action);
  });

  it('takes letters in either case', () => {
    expect([press('h'), press('H')]).toEqual(['toggle-heatmap', 'toggle-heatmap']);
  });

  it('leaves modified keys and keys that somebody used already', () => {
    expect([
      press('r', { altKey: true }),
      press('a', { ctrlKey: true }),
      press('w', { metaKey: true }),
    ]).toEqual([null, null, null]);
    expect(press('ArrowDown', { defaultPrevented: true })).toBeNull();
    expect([press('ArrowDown', { shiftKey: true }), press('I', { shiftKey: true })]).toEqual([
      null,
      'toggle-inversion',
    ]);
  });

  it('leaves letters to text fields and arrows to sliders, but lets Escape through', () => {
    expect([press('h', input('search')), press('Escape', input('search'))]).toEqual([null, 'cancel']);
    expect([press('ArrowLeft', input('range')), press('h', input('range'))]).toEqual([
      null,
      'toggle-heatmap',
    ]);
    const { target } = input('range');
    expect([isTakenByControl('ArrowLeft', target), isTakenByControl('+', target)]).toEqual([true, false]);
  });
});
