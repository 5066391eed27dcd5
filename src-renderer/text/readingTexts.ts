import {
  findingLabels,
  type Reading,
  type ReadingConfidence,
  type ReadingFinding,
} from '../../src-shared/domain/readings.ts';
import { classTexts } from './classTexts.ts';

/** How the screen names what a reader may find. */
export function findingText(finding: ReadingFinding): string {
  return finding === 'other' || finding === 'uncertain' ? findingLabels[finding] : classTexts[finding].name;
}

/** How the screen names how sure a reader is. */
export const confidenceTexts: Record<ReadingConfidence, string> = {
  low: 'Low',
  moderate: 'Moderate',
  high: 'High',
};

type Concluded = Pick<Reading, 'finding' | 'rejectedClass' | 'otherFinding'> & { isWithdrawn?: boolean };

/** What a reading says: "Glioma", "Not glioma", "Abscess", "Uncertain", "Taken back". */
export function conclusionText({
  finding,
  rejectedClass,
  otherFinding,
  isWithdrawn = false,
}: Concluded): string {
  if (isWithdrawn) return 'Taken back';
  if (finding === 'other' && otherFinding !== '') return otherFinding;
  if (finding !== null) return findingText(finding);
  return rejectedClass === null ? 'Nothing said' : `Not ${classTexts[rejectedClass].name.toLowerCase()}`;
}
