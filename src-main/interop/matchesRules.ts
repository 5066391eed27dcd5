import type { ArrivalRules } from '../../src-shared/domain/pacs.ts';
import type { DicomInstance } from '../images/dicom/readInstance.ts';

/** True where an instance is one that the rules want analysed. */
export function matchesRules(
  {
    modality,
    bodyPartExamined,
    seriesDescription,
    studyDescription,
  }: Pick<DicomInstance, 'modality' | 'bodyPartExamined' | 'seriesDescription' | 'studyDescription'>,
  rules: ArrivalRules,
): boolean {
  const has = (value: string | null, part: string): boolean =>
    (value ?? '').toUpperCase().includes(part.trim().toUpperCase());
  const isOfModality =
    rules.modality.trim() === '' || (modality ?? '').toUpperCase() === rules.modality.trim().toUpperCase();
  return (
    isOfModality &&
    has(bodyPartExamined, rules.bodyPart) &&
    (has(seriesDescription, rules.description) || has(studyDescription, rules.description))
  );
}
