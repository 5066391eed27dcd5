import type { RunState } from '../../src-shared/domain/trainingQueue.ts';

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
