import { countText } from '../../text/numberTexts.ts';
import type { OpeningProgress } from './ReadSession.svelte.ts';

/** What is being done while files are opened: "Uploading 3 of 20", "Reading 12 files". */
export function openingText({ step, done, total }: OpeningProgress): string {
  const verb = step === 'uploading' ? 'Uploading' : 'Reading';
  if (total !== null) return `${verb} ${done} of ${total}`;
  return done === 0 ? `${verb}…` : `${verb}, ${countText(done, 'file')} so far`;
}
