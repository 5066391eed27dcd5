import { describe, expect, it } from 'vitest';
import type { HostEvent } from '../../src-shared/contract/events.ts';
import type { Failure, Outcome } from '../../src-shared/errors.ts';
import type { Connection, ConnectionState } from './Connection.ts';
import { MainSide } from './MainSide.ts';

/** The other end of the wire: answers calls by the given function, sends events at will. */
class Wire implements Connection {
  state: ConnectionState = 'connected';
  readonly calls: { name: string; input: unknown }[] = [];
  readonly #events = new Set<(event: HostEvent) => void>();
  readonly #states = new Set<(state: ConnectionState) => void>();
  readonly #answer: (name: string) => Outcome<unknown>;

  constructor(answer: (name: string) => Outcome<unknown>) {
    this.#answer = answer;
  }

  get listenerCount(): number {
    return this.#events.size + this.#states.size;
  }

  call(name: string, input: unknown) {
    this.calls.push({ name, input });
    return Promise.resolve(this.#answer(name));
  }

  listen(listener: (event: HostEvent) => void) {
    this.#events.add(listener);
    return () => this.#events.delete(listener);
  }

  watchState(listener: (state: ConnectionState) => void) {
    this.#states.add(listener);
    return () => this.#states.delete(listener);
  }

  addFiles(): Promise<Outcome<never>> {
    return Promise.resolve({ ok: false, error: { code: 'not-allowed', detail: {} } });
  }

  send(event: HostEvent): void {
    for (const listener of [...this.#events]) listener(event);
  }

  lose(): void {
    for (const listener of [...this.#states]) listener('lost');
  }
}

const started: Outcome<unknown> = { ok: true, value: { job: 'j1' } };
const progressed = (job: string, done: number): HostEvent => ({
  name: 'jobProgressed',
  payload: { job, done, total: 9 },
});
const ended = (job: string, failure?: Failure): HostEvent => ({
  name: 'jobEnded',
  payload: {
    job,
    outcome: failure
      ? { ok: false, error: failure }
      : { ok: true, value: { analysed: 2, recalled: 1, failed: 0 } },
  },
});

describe('MainSide.call', () => {
  it('returns the value, and throws a failure as an error with its code', async () => {
    const main = new MainSide(
      new Wire((name) =>
        name === 'listModels'
          ? { ok: true, value: { models: [] } }
          : { ok: false, error: { code: 'store-busy', detail: {} } },
      ),
    );
    expect(await main.call('listModels', {})).toEqual({ models: [] });
    await expect(main.call('listCases', {})).rejects.toMatchObject({ code: 'store-busy' });
  });
});

describe('MainSide.runJob', () => {
  it('reports progress of its own job only, also what overtook the answer, and ends with the result', async () => {
    const wire = new Wire(() => started);
    const seen: number[] = [];
    const result = new MainSide(wire).runJob(
      'analyseSlices',
      { slices: ['a'] },
      { onProgress: (done) => seen.push(done) },
    );
    wire.send(progressed('j1', 1));
    wire.send(progressed('other', 7));
    await Promise.resolve();
    setTimeout(() => {
      wire.send(progressed('other', 8));
      wire.send(progressed('j1', 2));
      wire.send(ended('j1'));
    });
    expect(await result).toEqual({ analysed: 2, recalled: 1, failed: 0 });
    expect(seen).toEqual([1, 2]);
    expect(wire.listenerCount).toBe(0);
  });

  it('sends cancelJob when aborted, and rejects with what the job then says', async () => {
    const wire = new Wire(() => started);
    const run = new AbortController();
    const result = new MainSide(wire).runJob('analyseSlices', { slices: ['a'] }, { signal: run.signal });
    setTimeout(() => {
      run.abort();
      wire.send(ended('j1', { code: 'cancelled', detail: {} }));
    });
    await expect(result).rejects.toMatchObject({ code: 'cancelled' });
    expect(wire.calls.map(({ name }) => name)).toEqual(['analyseSlices', 'cancelJob']);
    expect(wire.calls[1]?.input).toEqual({ job: 'j1' });
  });

  it('cancels also when aborted before the job had a name', async () => {
    const wire = new Wire(() => started);
    const run = new AbortController();
    const result = new MainSide(wire).runJob('analyseSlices', { slices: ['a'] }, { signal: run.signal });
    run.abort();
    setTimeout(() => wire.send(ended('j1', { code: 'cancelled', detail: {} })));
    await expect(result).rejects.toMatchObject({ code: 'cancelled' });
    expect(wire.calls.at(-1)).toEqual({ name: 'cancelJob', input: { job: 'j1' } });
  });

  it('does not wait for ever for a job on a lost connection', async () => {
    const wire = new Wire(() => started);
    const result = new MainSide(wire).runJob('openSources', { sources: ['s'] });
    setTimeout(() => wire.lose());
    await expect(result).rejects.toMatchObject({ code: 'connection-lost' });
    expect(wire.listenerCount).toBe(0);
  });
});
