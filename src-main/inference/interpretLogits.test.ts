import { expect, test } from 'vitest';
import { interpretLogits } from './interpretLogits.ts';

const uncalibrated = { temperature: null, conformal: null };

test('names class, probabilities and class set in the order of the design', () => {
  const answer = interpretLogits([0, Math.log(6), Math.log(2), Math.log(1)], uncalibrated);
  expect(answer.class).toBe('meningioma_tumor');
  expect(answer.probabilities.meningioma_tumor).toBeCloseTo(0.6, 12);
  expect(answer.probabilities.no_tumor).toBeCloseTo(0.2, 12);
  expect(answer.classSet).toEqual(['meningioma_tumor', 'no_tumor', 'glioma_tumor']);
});

test("uses the card's temperature and its conformal threshold", () => {
  const logits = [0, 2 * Math.log(6), 2 * Math.log(2), 0];
  const answer = interpretLogits(logits, { temperature: 2, conformal: { coverage: 0.9, threshold: 0.75 } });
  expect(answer.probabilities.meningioma_tumor).toBeCloseTo(0.6, 12);
  expect(answer.classSet).toEqual(['meningioma_tumor', 'no_tumor']);
});

test.each([[[Number.NaN, 0, 0, 0]], [[Infinity, 0, 0, 0]], [[1, 2, 3]]])('refuses %j', (logits) => {
  expect(() => interpretLogits(logits, uncalibrated)).toThrow(
    expect.objectContaining({ code: 'inference-failed' }),
  );
});
