import type { DataSet } from 'dicom-parser';
import type { DeidentificationWarning } from '../../../../src-shared/domain/deidentification.ts';
import type { ElementReader } from '../ElementReader.ts';

/** Modalities whose pictures usually carry text: ultrasound, scanned films, photographs, screens. */
const modalitiesWithText = new Set([
  'US',
  'IVUS',
  'ECG',
  'ES',
  'GM',
  'XC',
  'SC',
  'OT',
  'DOC',
  'HC',
  'RF',
  'XA',
]);
/** Secondary capture, ultrasound and visible light, by the root that all their SOP classes share. */
const classesWithText = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.(3|6|7|77)(\.|$)/;
const headModalities = new Set(['MR', 'CT', 'PT']);
const headParts = /head|brain|skull|face|orbit|pituitary|sella|neuro|cranium/i;

/** What stays in the pixels of a file, however well its attributes are cleaned. */
export function pixelWarnings(elements: ElementReader): DeidentificationWarning[] {
  const warnings: DeidentificationWarning[] = [];
  const stated = elements.text('burnedInAnnotation')?.toUpperCase();
  const modality = elements.text('modality')?.toUpperCase() ?? '';
  const isOftenMarked =
    modalitiesWithText.has(modality) || classesWithText.test(elements.text('sopClassUid') ?? '');
  if (stated === 'YES') warnings.push('burned-in-text-stated');
  else if (stated !== 'NO' && isOftenMarked) warnings.push('burned-in-text-possible');
  if (hasOverlayInPixels(elements.dataSet)) warnings.push('overlay-in-pixels');
  // A series that does not say what it shows is one of a head here.
  const part = elements.text('bodyPartExamined');
  if (headModalities.has(modality) && (part === null || headParts.test(part)))
    warnings.push('face-recognisable');
  return warnings;
}

/** A retired way to store overlays: without data of their own, in bits that the pixels leave free (PS3.5 8.1.2). */
function hasOverlayInPixels({ elements }: DataSet): boolean {
  const groups = new Set(
    Object.keys(elements)
      .filter((tag) => /^x60.[02468ace]/.test(tag))
      .map((tag) => tag.slice(0, 5)),
  );
  return [...groups].some((group) => !(`${group}3000` in elements) && `${group}0102` in elements);
}
