import { describe, expect, it } from 'vitest';
import { type SliceHeader, plainPicture } from '../../src-shared/domain/slice.ts';
import { chooseSlices } from './classifyPaths.ts';

function headers(format: SliceHeader['format'], acquired: number, reformatted = 0): SliceHeader[] {
  const header: SliceHeader = {
    ...plainPicture,
    fileName: 'volume',
    format,
    frame: 0,
    rows: 2,
    columns: 2,
  };
  return Array.from({ length: acquired + reformatted }, (_, frame) => ({
    ...header,
    frame,
    isReformatted: frame >= acquired,
  }));
}

describe('chooseSlices', () => {
  it('takes every frame of a DICOM file, however many', () => {
    expect(chooseSlices(headers('dicom', 200), false)).toHaveLength(200);
  });

  it('takes the acquired slices of a volume and none that were cut across', () => {
    expect(chooseSlices(headers('nifti', 30, 90), false)).toEqual([...Array(30).keys()]);
  });

  it('takes 64 evenly spaced slices of a long volume, the same distance from both ends', () => {
    const chosen = chooseSlices(headers('nifti', 181), false);
    expect(chosen).toHaveLength(64);
    expect(chosen[0]).toBe(1);
    expect(chosen.at(-1)).toBe(179);
    const steps = chosen.slice(1).map((index, i) => index - (chosen[i] as number));
    expect(new Set(steps)).toEqual(new Set([2, 3]));
  });

  it('takes all of a long volume when asked to', () => {
    expect(chooseSlices(headers('nifti', 181, 5), true)).toHaveLength(181);
  });
});
