import { describe, expect, it } from 'vitest';
import { keyCommand, type KeyPress } from './keyCommand.ts';

const middle = { x: 400, y: 300 };

function command(key: string, change: Partial<KeyPress> = {}) {
  return keyCommand(
    { key, code: '', shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, ...change },
    middle,
  );
}

describe('keyCommand', () => {
  it('zooms about the middle, and fits', () => {
    expect(command('+', { shiftKey: true })).toEqual({ kind: 'zoom', factor: 1.25, point: middle });
    expect(command('=')).toEqual(command('+'));
    expect(command('-')).toEqual({ kind: 'zoom', factor: 0.8, point: middle });
    expect(command('0')).toEqual({ kind: 'fit' });
  });

  it('pans with Shift and windows with Alt', () => {
    expect(command('ArrowLeft', { shiftKey: true })).toEqual({ kind: 'pan', by: { x: -20, y: 0 } });
    expect(command('ArrowDown', { altKey: true })).toEqual({ kind: 'window', by: { x: 0, y: 20 } });
  });

  it('turns and mirrors by the place of the key, whatever Alt makes it type', () => {
    expect(command('®', { altKey: true, code: 'KeyR' })).toEqual({ kind: 'turn' });
    expect(command('ƒ', { altKey: true, code: 'KeyF' })).toEqual({ kind: 'mirror' });
  });

  it('leaves to the page what is the page’s', () => {
    expect(['ArrowUp', 'ArrowLeft', 'r', 'h', 'Tab', 'Escape'].map((key) => command(key))).toEqual(
      Array(6).fill(null),
    );
    expect(command('0', { ctrlKey: true })).toBe(null);
    expect(command('+', { metaKey: true })).toBe(null);
  });
});
