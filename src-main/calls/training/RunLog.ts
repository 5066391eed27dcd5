import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runLogLineSchema, type RunLogLine } from '../../../src-shared/domain/trainingQueue.ts';
import type { EpochRecord } from '../../../src-shared/domain/trainingRun.ts';

const mostLines = 1000;

const fileOf = (folder: string): string => join(folder, 'log.jsonl');

/** Adds a line to a run's log. A log that cannot be written ends no run. */
export async function appendRunLog(folder: string, words: string): Promise<void> {
  const line: RunLogLine = { at: new Date().toISOString(), words };
  await appendFile(fileOf(folder), `${JSON.stringify(line)}\n`).catch(() => undefined);
}

/** The last thousand lines, oldest first; a line that a crash cut short is left out. */
export async function readRunLog(folder: string): Promise<RunLogLine[]> {
  const text = await readFile(fileOf(folder), 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.slice(-mostLines).flatMap((line) => {
    try {
      return runLogLineSchema.parse(JSON.parse(line));
    } catch {
      return [];
    }
  });
}

/** An epoch in one line, as the command line prints it. */
export function epochWords(record: EpochRecord, isBest: boolean, remainingMs: number): string {
  const { epoch, trainLoss, trainAccuracy, validationLoss, validationAccuracy, imagesPerSecond } = record;
  return `epoch ${epoch}: loss ${trainLoss.toFixed(4)}, accuracy ${trainAccuracy.toFixed(4)}; validation ${validationLoss.toFixed(4)}, ${validationAccuracy.toFixed(4)}${isBest ? ', the best so far' : ''}; ${imagesPerSecond.toFixed(1)} images/s, ${minutesWords(remainingMs)} left`;
}

/** A duration in whole minutes, rounded up. */
export function minutesWords(ms: number): string {
  return `${Math.ceil(ms / 60_000)} min`;
}
