import { describe, expect, it } from 'vitest';
import type { HostEvent } from '../../src-shared/contract/events.ts';
import { throwIfCancelled } from '../../src-shared/errors.ts';
import { Jobs } from './Jobs.ts';

function listeningJobs() {
  const events: HostEvent[] = [];
  let heard = (): void => undefined;
  const jobs = new Jobs((event) => {
    events.push(event);
    if (event.name === 'jobEnded') heard();
  });
  const ended = new Promise<void>((resolve) => (heard = resolve));
  return { jobs, events, ended };
}

const summary = { analysed: 1, recalled: 0, failed: 0 };

describe('Jobs', () => {
  it('gives the name first, then progress, then the result', async () => {
    const { jobs, events, ended } = listeningJobs();
    const { job } = jobs.start<'analyseSlices'>(({ progress }) => {
      progress(1, 1);
      return Promise.resolve(summary);
    });
    expect(events).toEqual([]);
    await ended;
    expect(events).toEqual([
      { name: 'jobProgressed', payload: { job, done: 1, total: 1 } },
      { name: 'jobEnded', payload: { job, outcome: { ok: true, value: summary } } },
    ]);
    expect(jobs.cancel(job)).toEqual({ wasRunning: false });
  });

  it('throttles progress but never swallows the last step', async () => {
    const { jobs, events, ended } = listeningJobs();
    jobs.start<'analyseSlices'>(({ progress }) => {
      for (let done = 1; done <= 1000; done++) progress(done, 1000);
      return Promise.resolve(summary);
    });
    await ended;
    const steps = events.flatMap((event) => (event.name === 'jobProgressed' ? [event.payload.done] : []));
    expect(steps.length).toBeLessThan(20);
    expect(steps.at(-1)).toBe(1000);
  });

  it('cancels a job between two steps', async () => {
    const { jobs, events, ended } = listeningJobs();
    const { job } = jobs.start<'analyseSlices'>(async ({ signal }) => {
      for (;;) {
        throwIfCancelled(signal);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    });
    setTimeout(() => jobs.cancel(job), 10);
    await ended;
    const outcome = { ok: false, error: { code: 'cancelled', detail: {} } };
    expect(events.at(-1)).toEqual({ name: 'jobEnded', payload: { job, outcome } });
  });
});
