import { describe, expect, it } from 'vitest';
import { noAttributes } from '../../src-shared/domain/slice.ts';
import { tinySlice } from './tinySlice.ts';
import { windowPresets } from './windowPresets.ts';

const slice = { ...tinySlice, attributes: { ...noAttributes, modality: 'MR' } };
const names = (change = {}) => windowPresets({ ...slice, ...change }).map(({ name }) => name);
const wide = { center: 600, width: 2800 };

describe('windowPresets', () => {
  it('has all windows of the file first, by their names where they have one', () => {
    expect(names()).toEqual(['Automatic', 'Full range']);
    expect(names({ fileWindows: [{ name: null, window: wide }] })[0]).toBe('From the file');
    const two = [
      { name: 'BRAIN', window: { center: 40, width: 80 } },
      { name: null, window: wide },
    ];
    expect(windowPresets({ ...slice, fileWindows: two }).slice(0, 2)).toEqual([
      { name: 'BRAIN', window: { center: 40, width: 80 } },
      { name: 'From the file, 2', window: wide },
    ]);
  });

  it('knows customary windows for CT only', () => {
    expect(names()).not.toContain('Brain');
    const ct = { attributes: { ...noAttributes, modality: 'CT' } };
    expect(names(ct)).toEqual(expect.arrayContaining(['Brain', 'Stroke', 'Bone']));
    expect(names({ ...ct, format: 'nifti' })).not.toContain('Brain');
  });

  it('covers the full range in modality values, also with a falling rescale', () => {
    const ofFull = (change = {}) =>
      windowPresets({ ...slice, ...change }).find(({ name }) => name === 'Full range')!.window;
    // −98 to −88 with slope 2 and intercept −100.
    expect(ofFull()).toEqual({ center: -92.5, width: 11 });
    expect(ofFull({ rescaleSlope: -2, rescaleIntercept: 0 })).toEqual({ center: -6.5, width: 11 });
    expect(ofFull({ samples: Float32Array.of(NaN, 1, 3, Infinity, 2, 1) })).toEqual({
      center: -95.5,
      width: 5,
    });
  });
});
