import { expect, it } from 'vitest';
import { windowFor } from './windowFor.ts';

const own = { center: 300, width: 500 };
const kept = { center: 100, width: 80 };

it('keeps the window of a series that was measured alike, and no other', () => {
  expect(windowFor({ format: 'dicom', window: own }, kept)).toBe(kept);
  expect(windowFor({ format: 'nifti', window: own }, kept)).toBe(kept);
  expect(windowFor({ format: 'jpeg', window: own }, kept)).toBe(own);
  expect(windowFor({ format: 'dicom', window: own }, undefined)).toBe(own);
});
