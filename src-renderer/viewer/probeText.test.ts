import { describe, expect, it } from 'vitest';
import { noAttributes } from '../../src-shared/domain/slice.ts';
import { probeText } from './probeText.ts';
import { tinySlice } from './tinySlice.ts';

describe('probeText', () => {
  it('gives whole values exactly, others to six digits, and HU for CT', () => {
    const at = { column: 12, row: 7 };
    expect(probeText({ ...at, value: 12345 }, tinySlice)).toBe('column 12, row 7: 12345');
    expect(probeText({ ...at, value: 1 / 3 }, tinySlice)).toBe('column 12, row 7: 0.333333');
    const ct = { ...tinySlice, attributes: { ...noAttributes, modality: 'CT' } };
    expect(probeText({ ...at, value: -1024 }, ct)).toBe('column 12, row 7: −1024 HU');
  });
});
