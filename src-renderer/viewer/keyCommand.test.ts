import { describe, expect, it } from 'vitest';
import { keyCommand, toolKeys, type KeyContext, type KeyPress } from './keyCommand.ts';

const bare: KeyContext = { middle: { x: 400, y: 300 }, selection: 'none', isDrawing: false };

function command(key: string, change: Partial<KeyPress> = {}, context: Partial<KeyContext> = {}) {
  return keyCommand(
    { key, code: '', shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, ...change },
    { ...bare, ...context },
  );
}

describe('keyCommand', () => {
  it('zooms about the middle, fits, and shows pixel for pixel', () => {
    expect(command('+', { shiftKey: true })).toEqual({ kind: 'zoom', factor: 1.25, point: bare.middle });
    expect(command('=')).toEqual(command('+'));
    expect(command('-')).toEqual({ kind: 'zoom', factor: 0.8, point: bare.middle });
    expect(command('0')).toEqual({ kind: 'fit' });
    expect(command('º', { altKey: true, code: 'Digit0' })).toEqual({ kind: 'actual-size' });
  });

  it('pans with Shift and windows with Alt', () => {
    expect(command('ArrowLeft', { shiftKey: true })).toEqual({ kind: 'pan', by: { x: -20, y: 0 } });
    expect(command('ArrowDown', { altKey: true })).toEqual({ kind: 'window', by: { x: 0, y: 20 } });
  });

  it('turns, mirrors and flips by the place of the key, whatever Alt makes it type', () => {
    expect(command('®', { altKey: true, code: 'KeyR' })).toEqual({ kind: 'turn', quarters: 1 });
    expect(command('‰', { altKey: true, shiftKey: true, code: 'KeyR' })).toEqual({
      kind: 'turn',
      quarters: -1,
    });
    expect(command('ƒ', { altKey: true, code: 'KeyF' })).toEqual({ kind: 'mirror' });
    expect(command('√', { altKey: true, code: 'KeyV' })).toEqual({ kind: 'flip' });
  });

  it('chooses tools by letters of their own', () => {
    expect(new Set(Object.values(toolKeys)).size).toBe(Object.keys(toolKeys).length);
    for (const [tool, key] of Object.entries(toolKeys)) {
      expect([command(key), command(key.toUpperCase(), { shiftKey: true })]).toEqual([
        { kind: 'tool', tool },
        { kind: 'tool', tool },
      ]);
    }
    expect(command('p')).toEqual({ kind: 'play' });
  });

  it('draws and goes from handle to handle with Enter', () => {
    expect(command('Enter')).toBe(null);
    expect(command('Enter', {}, { isDrawing: true })).toEqual({ kind: 'place' });
    expect(command('Enter', {}, { isDrawing: true, selection: 'whole' })).toEqual({ kind: 'next-handle' });
  });

  it('gives the arrows to a chosen handle, but not to a measurement that was merely drawn', () => {
    expect(command('ArrowUp', {}, { selection: 'whole' })).toBe(null);
    expect(command('ArrowUp', {}, { selection: 'handle' })).toEqual({ kind: 'nudge', by: { x: 0, y: -1 } });
    expect(command('ArrowUp', { shiftKey: true }, { selection: 'handle' })).toEqual({
      kind: 'nudge',
      by: { x: 0, y: -10 },
    });
  });

  it('removes and lets go only what is selected', () => {
    expect([command('Delete'), command('Escape'), command('Backspace')]).toEqual([null, null, null]);
    expect(command('Delete', {}, { selection: 'whole' })).toEqual({ kind: 'remove' });
    expect(command('Escape', {}, { selection: 'handle' })).toEqual({ kind: 'deselect' });
    expect(command('Escape', {}, { isDrawing: true })).toEqual({ kind: 'deselect' });
  });

  it('takes back and does again', () => {
    expect(command('z', { ctrlKey: true })).toEqual({ kind: 'undo' });
    expect(command('Z', { metaKey: true, shiftKey: true })).toEqual({ kind: 'redo' });
    expect(command('y', { ctrlKey: true })).toEqual({ kind: 'redo' });
  });

  it('leaves to the page what is the page’s', () => {
    expect(['ArrowUp', 'ArrowLeft', 'r', 'h', 'Tab', 'Escape'].map((key) => command(key))).toEqual(
      Array(6).fill(null),
    );
    expect(command('0', { ctrlKey: true })).toBe(null);
    expect(command('+', { metaKey: true })).toBe(null);
  });
});
