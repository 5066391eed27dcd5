import type { RunState } from '../../src-shared/domain/trainingQueue.ts';
import type { Subset } from '../../src-shared/domain/trainingRun.ts';

/** How the screen names the subsets. */
export const subsetTexts: Record<Subset, string> = {
  combined: 'All planes together',
  axial: 'Axial only',
  sagittal: 'Sagittal only',
  coronal: 'Coronal only',
  plane: 'The viewing plane',
};

/** How the screen names the states of a run. */
export const runStateTexts: Record<RunState, string> = {
  queued: 'Waiting',
  running: 'Training',
  paused: 'Paused',
  interrupted: 'Interrupted',
  cancelled: 'Cancelled',
  failed: 'Failed',
  finished: 'Finished',
};

/** A duration for people: "about 40 s", "about 12 min", "about 3 h 20 min". */
export function roughTimeText(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  if (seconds < 90) return `about ${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${minutes} min`;
  const rest = minutes % 60;
  return `about ${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}

/** Four digits after the point, as the command line prints losses and accuracies. */
export function fourDigitText(value: number | null): string {
  return value === null ? '–' : value.toFixed(4);
}

/** An amount of memory: "640 MB", "1.4 GB". */
export function bytesText(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
