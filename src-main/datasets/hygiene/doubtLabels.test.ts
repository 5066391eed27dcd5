import { expect, test } from 'vitest';
import { tumourClasses } from '../../../src-shared/domain/tumourClass.ts';
import { doubtLabels, type LabelledAnswer } from './doubtLabels.ts';

const [glioma, meningioma, none] = tumourClasses;
const answer = (id: number, label: LabelledAnswer['label'], probabilities: number[]): LabelledAnswer => ({
  ...{ id, label, probabilities, models: ['fold-1'] },
});

test('doubts a label where another class passes its own threshold with more probability', () => {
  const answers = [
    answer(1, glioma, [0.9, 0.1, 0, 0]),
    answer(2, glioma, [0.7, 0.3, 0, 0]),
    answer(3, meningioma, [0.2, 0.8, 0, 0]),
    // t(glioma) = 0.8, t(meningioma) = (0.8 + 0.1) / 2 = 0.45
    answer(4, meningioma, [0.9, 0.1, 0, 0]),
    // No class passes: 0.75 < 0.8, and nobody is labelled with the other two.
    answer(5, glioma, [0.8, 0, 0.2, 0]),
  ];
  const doubts = doubtLabels(answers);
  expect(doubts.map(({ id, proposal }) => [id, proposal])).toEqual([[4, glioma]]);
  expect(doubts[0]!.reason).toBe(
    'Labelled Meningioma (10.0%); fold-1, not trained on it, says Glioma (90.0%).',
  );
});

test('a class that models are seldom sure of asks for less certainty', () => {
  const answers = [
    answer(1, none, [0, 0.6, 0.4, 0]),
    answer(2, none, [0, 0.7, 0.3, 0]),
    answer(3, meningioma, [0, 0.55, 0.45, 0]),
    answer(4, meningioma, [0, 0.99, 0.01, 0]),
  ];
  // t(meningioma) = 0.77, t(none) = 0.35: of 3, only "no tumour" passes although it is the less likely one.
  expect(doubtLabels(answers).map(({ id, proposal }) => [id, proposal])).toEqual([[3, none]]);
});

test('nothing is said of nothing', () => expect(doubtLabels([])).toEqual([]));
