import { answerFields } from '../calls/answerFields.ts';
import type { PathAnswer } from '../calls/classifyPaths.ts';
import { errorJson } from './errorJson.ts';

/** One entry of `results` in the JSON of `classify`: an answer or a failure, as docs/command-line.md says. */
export function toAnswer({ path, frame, slice, outcome }: PathAnswer, heatmapFile: string | null): object {
  if (!outcome.ok) return { file: path, frame, error: errorJson(outcome.error) };
  return { file: path, frame, ...answerFields(outcome.value, slice, heatmapFile) };
}
