import type { RunDetail, RunSample } from '../../../src-shared/domain/trainingQueue.ts';
import { toFailure, type Failure } from '../../../src-shared/errors.ts';
import type { MainSide } from '../../bridge/MainSide.ts';

/** Losses of single steps are kept for the epoch under way and the ones before it, up to this many. */
const mostSteps = 2000;

/** A step's loss, by its place in the run: 1.5 is half-way through the second epoch. */
export interface StepLoss {
  epochs: number;
  loss: number;
}

/** The run that is looked at, kept up to date. */
export class WatchedRun {
  id = $state<string | null>(null);
  detail = $state.raw<RunDetail | null>(null);
  failure = $state.raw<Failure | null>(null);
  sample = $state.raw<RunSample | null>(null);
  sampleFailure = $state.raw<Failure | null>(null);
  /** Since this page has listened. */
  stepLosses = $state.raw<readonly StepLoss[]>([]);
  readonly #main: MainSide;
  #generation = 0;

  constructor(main: MainSide) {
    this.#main = main;
    main.on('runsChanged', () => void this.load());
    main.on('runStepped', ({ run, epoch, batch, batches, loss }) => {
      if (run !== this.id) return;
      this.stepLosses = [
        ...this.stepLosses.slice(1 - mostSteps),
        { epochs: epoch - 1 + batch / batches, loss },
      ];
    });
  }

  show(id: string | null): void {
    if (id === this.id) return;
    this.id = id;
    this.detail = null;
    this.failure = null;
    this.sample = null;
    this.sampleFailure = null;
    this.stepLosses = [];
    void this.load();
  }

  async load(): Promise<void> {
    const { id } = this;
    const generation = ++this.#generation;
    if (id === null) return;
    try {
      const detail = await this.#main.call('readRun', { run: id });
      if (generation !== this.#generation) return;
      this.detail = detail;
      this.failure = null;
    } catch (error) {
      if (generation === this.#generation) this.failure = toFailure(error);
    }
  }

  /** Makes the first pictures of an epoch again. */
  async loadSample(epoch: number): Promise<void> {
    const { id } = this;
    if (id === null) return;
    try {
      const sample = await this.#main.call('readRunSample', { run: id, epoch });
      if (id !== this.id) return;
      this.sample = sample;
      this.sampleFailure = null;
    } catch (error) {
      if (id === this.id) this.sampleFailure = toFailure(error);
    }
  }
}
