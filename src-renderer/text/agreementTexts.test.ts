import { describe, expect, it } from 'vitest';
import type { ModelCard } from '../../src-shared/domain/modelCard.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { agreementText, modelChoiceText } from './agreementTexts.ts';
import { conclusionText } from './readingTexts.ts';
import { byGravity } from './warningAdvice.ts';

const card = (name: string, title: string, subset: ModelCard['subset']) =>
  ({ name, title, subset }) as ModelCard;
const models = [card('combined', 'All planes', 'combined'), card('axial', 'Axial', 'axial')];

function answer(model: string, name: TumourClass, probability: number) {
  const rest = (1 - probability) / 3;
  const others = { glioma_tumor: rest, meningioma_tumor: rest, no_tumor: rest, pituitary_tumor: rest };
  return { class: name, probabilities: { ...others, [name]: probability }, model, modelFingerprint: model };
}

describe('agreementText', () => {
  it('names both models with their titles, and says when they disagree', () => {
    const first = answer('axial', 'glioma_tumor', 0.97);
    expect(agreementText(first, answer('combined', 'glioma_tumor', 0.812), models)).toEqual({
      agrees: true,
      text: 'Both say Glioma: Axial 97.0%, All planes 81.2%.',
    });
    expect(agreementText(first, answer('combined', 'no_tumor', 0.61), models)).toEqual({
      agrees: false,
      text: 'The models disagree: Axial says Glioma (97.0%), All planes says No tumour (61.0%).',
    });
  });

  it('goes by the name of a model that is not installed any more', () => {
    const { text } = agreementText(answer('old', 'no_tumor', 1), answer('combined', 'no_tumor', 0.9), models);
    expect(text).toBe('Both say No tumour: old 100.0%, All planes 90.0%.');
  });
});

describe('modelChoiceText', () => {
  const chosen = (plane: 'axial' | 'coronal' | null, planeProbability: number | null) => ({
    plane,
    planeProbability,
    modelFingerprint: '',
  });

  it('says why this model answered', () => {
    expect(modelChoiceText(chosen('axial', 1), models[1])).toBe('for axial slices');
    expect(modelChoiceText(chosen('coronal', 1), models[1])).toBe('for axial slices, chosen in Settings');
    expect(modelChoiceText(chosen(null, null), models[0])).toContain('not known');
    expect(modelChoiceText(chosen('axial', 0.59), models[0])).toContain('not certain');
    expect(modelChoiceText(chosen('axial', 0.6), models[0])).toContain('chosen in Settings');
    expect(modelChoiceText(chosen('axial', 1), undefined)).toBe('');
  });
});

describe('conclusionText', () => {
  const nothing = { finding: null, rejectedClass: null, otherFinding: '' };

  it.each([
    [{ ...nothing, finding: 'glioma_tumor' as const }, 'Glioma'],
    [{ ...nothing, finding: 'uncertain' as const }, 'Uncertain'],
    [{ ...nothing, finding: 'other' as const, otherFinding: 'Abscess' }, 'Abscess'],
    [{ ...nothing, rejectedClass: 'glioma_tumor' as const }, 'Not glioma'],
    [{ ...nothing, isWithdrawn: true }, 'Taken back'],
  ])('%o is “%s”', (conclusion, expected) => {
    expect(conclusionText(conclusion)).toBe(expected);
  });
});

describe('byGravity', () => {
  it('puts first what forbids to use an answer, and leaves the rest in order', () => {
    const codes = ['uncalibrated', 'model-is-prototype', 'plane-unknown', 'not-mr'] as const;
    expect(byGravity(codes.map((code) => ({ code }))).map(({ code }) => code)).toEqual([
      'not-mr',
      'plane-unknown',
      'uncalibrated',
      'model-is-prototype',
    ]);
  });
});
