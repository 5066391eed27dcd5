import { basename } from 'node:path';
import { percentText } from '../../src-shared/percentTexts.ts';
import type { PathAnswer } from '../calls/classifyPaths.ts';
import { printable } from './printable.ts';

/** One line of the table that `classify` prints for people. */
export function answerLine({ path, frame, outcome }: PathAnswer): string {
  const name = printable(`${basename(path)}${frame === null ? '' : ` [${frame}]`}`).padEnd(28);
  if (!outcome.ok) return `${name} failed: ${outcome.error.code}`;
  const { value } = outcome;
  const percent = percentText(value.probabilities[value.class]).padStart(7);
  const plane = (value.plane ?? 'plane unknown').padEnd(13);
  const note = value.heatmap?.isEmpty === true ? 'no positive evidence' : '';
  return `${name} ${value.class.padEnd(17)} ${percent}   ${plane} ${value.elapsedMs.toFixed(0).padStart(5)} ms  ${note}`.trimEnd();
}
