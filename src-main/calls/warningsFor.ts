import type { Warning } from '../../src-shared/domain/analysis.ts';
import type { ModelCard } from '../../src-shared/domain/modelCard.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import { wholePercentText } from '../../src-shared/percentTexts.ts';
import { isCertain, type FoundPlane } from './findPlanes.ts';

const headParts = /HEAD|BRAIN|SKULL|NEURO|CEREB|PITUIT|SELLA|ORBIT|\bIAC\b|\bIAM\b/i;

/** What was found in a picture. */
export interface Acquaintance {
  /** The model was trained on this picture. */
  wasSeen: boolean;
  /** The guard finds it unlike all that the model was trained on. */
  isStranger: boolean;
  /** A region large enough for a head was found. */
  showsHead: boolean;
  /** The picture shows a part cut out of a head. */
  isCutOut: boolean;
  /** Letters stand beside the head. */
  hasText: boolean;
}

const nothingFound: Acquaintance = {
  wasSeen: false,
  isStranger: false,
  showsHead: true,
  isCutOut: false,
  hasText: false,
};

/**
 * What a reader must know before believing an answer. The picture can be read, so it gets its answer;
 * these say why it may not deserve trust.
 */
export function warningsFor(
  slice: Slice,
  found: FoundPlane,
  card: ModelCard,
  { wasSeen, isStranger, showsHead, isCutOut, hasText }: Acquaintance = nothingFound,
): Warning[] {
  const { modality, bodyPartExamined, burnedInAnnotation, lossyImageCompression } = slice.attributes;
  const warnings: Warning[] = [];
  if (card.isPrototype) {
    const message = `This model is a first prototype. ${card.limits[0] ?? ''}`.trim();
    warnings.push({ code: 'model-is-prototype', message });
  }
  if (wasSeen) {
    const message = 'The model was trained on this picture: its answer here shows nothing of what it can do.';
    warnings.push({ code: 'seen-in-training', message });
  }
  if (isStranger) {
    const message =
      'The picture is unlike those that the model was trained on: its answer here is a guess, however sure it sounds.';
    warnings.push({ code: 'out-of-distribution', message });
  }
  if (modality !== null && modality !== 'MR')
    warnings.push({
      code: 'not-mr',
      message: `The file says its modality is ${modality}; the models know only MR.`,
    });
  if (bodyPartExamined !== null && !headParts.test(bodyPartExamined))
    warnings.push({ code: 'not-head', message: `The file says it shows ${bodyPartExamined}, not the head.` });
  if (isBlank(slice))
    warnings.push({ code: 'slice-without-brain', message: 'Every pixel has the same value.' });
  else if (!showsHead)
    warnings.push({ code: 'slice-without-brain', message: 'No head was found in the picture.' });
  else if (isCutOut)
    warnings.push({
      code: 'heavy-crop',
      message: 'What the picture shows goes on beyond two of its sides or more.',
    });
  if (found.plane === null)
    warnings.push({ code: 'plane-unknown', message: 'The file does not say its viewing plane.' });
  else if (!isCertain(found)) warnings.push(uncertainPlane(found));
  if (burnedInAnnotation === 'YES')
    warnings.push({
      code: 'burned-in-annotation',
      message: 'The file says that text is burned into the picture.',
    });
  else if (hasText)
    warnings.push({ code: 'burned-in-annotation', message: 'Letters stand beside the head in the picture.' });
  if (lossyImageCompression === '01')
    warnings.push({ code: 'lossy-compression', message: 'The picture went through lossy compression.' });
  if (card.temperature === null)
    warnings.push({ code: 'uncalibrated', message: 'The probabilities of this model are not calibrated.' });
  return warnings;
}

function uncertainPlane({ plane, probability }: FoundPlane): Warning {
  const message = `The plane model takes it for ${plane}, but with ${wholePercentText(probability ?? 0)}% only.`;
  return { code: 'plane-uncertain', message };
}

function isBlank({ samples }: Slice): boolean {
  const first = samples[0];
  return samples.every((value) => value === first);
}
