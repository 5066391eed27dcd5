import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { HostEvent } from '../../../src-shared/contract/events.ts';
import { errorText } from '../../../src-shared/errorTexts.ts';
import type { RunState } from '../../../src-shared/domain/trainingQueue.ts';
import { UserError, type Failure } from '../../../src-shared/errors.ts';
import type { StartChild } from '../../inference/ChildChannel.ts';
import { isLockHeld } from '../../training/run/runLock.ts';
import type { RunStore, StoredRun } from '../../training/store/RunStore.ts';
import type { RunWish } from '../../training/store/RunWish.ts';
import { reportFailure } from '../reportFailure.ts';
import type { TrainEvent, TrainRequest } from '../trainModel.ts';
import type { StartPlace } from './childMessages.ts';
import { appendRunLog, epochWords } from './RunLog.ts';
import { TrainingProcess } from './TrainingProcess.ts';

/** What the queue needs of the application around it. */
export interface QueueTools {
  store: RunStore;
  startChild: StartChild;
  /** Where the first weights of a wish lie. @throws UserError 'model-not-found', 'model-damaged' */
  placeOf(start: RunWish['start']): Promise<StartPlace>;
  emit(event: HostEvent): void;
  /** Tells the person at the machine, wherever they are, that a run has ended. */
  notify(title: string, words: string): void;
}

interface CurrentRun {
  id: string;
  title: string;
  process: TrainingProcess<'train'> | null;
  /** What a run that ends with 'cancelled' was meant to become. */
  endsAs: 'cancelled' | 'interrupted';
  isEnding: boolean;
  ended: Promise<void>;
}

/** How long a child may take to write its last checkpoint when the application ends. */
const partingMs = 20_000;

/**
 * Carries out the runs of the store, one after the other, each in a process of its own. A process that dies leaves its
 * run `interrupted`, and the next one begins.
 */
export class TrainingQueue {
  readonly #tools: QueueTools;
  #current: CurrentRun | null = null;
  #isClosing = false;
  #isHeld: boolean;

  /** What waits from before the application ended does not begin unasked. */
  constructor(tools: QueueTools) {
    this.#tools = tools;
    this.#isHeld = tools.store.next() !== null;
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** True while a run is at work. */
  get isBusy(): boolean {
    return this.#current !== null;
  }

  /** All runs. Those whose process is gone, here or in another host on the same store, are interrupted from now on. */
  async list(): Promise<StoredRun[]> {
    const { store } = this.#tools;
    for (const { id, state } of store.list()) {
      const isAtWork = state === 'running' || state === 'paused';
      if (!isAtWork || this.#current?.id === id) continue;
      if (!(await isLockHeld(join(store.folderOf(id), 'lock')))) store.change(id, { state: 'interrupted' });
    }
    return store.list();
  }

  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.changed();
    this.advance();
  }

  /** Begins the next run where none is at work. */
  advance(): void {
    const { store } = this.#tools;
    if (this.#current !== null || this.#isHeld || this.#isClosing) return;
    const run = store.next();
    if (run === null || !store.claim(run.id)) return;
    const current: CurrentRun = {
      id: run.id,
      title: run.title,
      process: null,
      endsAs: 'cancelled',
      isEnding: false,
      ended: Promise.resolve(),
    };
    this.#current = current;
    current.ended = this.#carryOut(run, current);
    this.changed();
  }

  pause(id: string): void {
    this.#at(id).process?.tell('pause');
    this.#tools.store.change(id, { state: 'paused' });
    this.#log(id, 'paused');
    this.changed();
  }

  /** @throws UserError 'run-not-possible' for one that waits or is at work or has ended well */
  resume(id: string): void {
    const { store } = this.#tools;
    const { state } = store.get(id);
    if (state === 'paused' && this.#current?.id === id) {
      this.#current.process?.tell('go-on');
      store.change(id, { state: 'running' });
      this.#log(id, 'goes on');
    } else if (state === 'interrupted' || state === 'cancelled' || state === 'failed') {
      store.queueFirst(id);
      this.advance();
    } else throw new UserError('run-not-possible', { state });
    this.changed();
  }

  finishEarly(id: string): void {
    this.#at(id).process?.tell('finish');
    this.#tools.store.change(id, { state: 'running' });
    this.#log(id, 'is to stop and to keep its best epoch');
    this.changed();
  }

  cancel(id: string): void {
    const { store } = this.#tools;
    const { state } = store.get(id);
    if (this.#current?.id === id) this.#end(this.#current, 'cancelled');
    else if (state === 'queued' || state === 'interrupted') store.change(id, { state: 'cancelled' });
    else throw new UserError('run-not-possible', { state });
    this.changed();
  }

  /** Forgets a run that is not at work. */
  async remove(id: string): Promise<void> {
    const { store } = this.#tools;
    const { state } = store.get(id);
    if (this.#current?.id === id || state === 'running' || state === 'paused')
      throw new UserError('run-not-possible', { state });
    await store.remove(id);
    this.changed();
  }

  /** Ends the run at work, its last checkpoint written, and waits for that. It can be resumed another day. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const current = this.#current;
    if (current === null) return;
    this.#end(current, 'interrupted');
    const isDone = current.ended.then(() => true);
    if (!(await Promise.race([isDone, wait(partingMs, false, { ref: false })]))) current.process?.kill();
    await current.ended;
  }

  changed(): void {
    this.#tools.emit({ name: 'runsChanged', payload: {} });
  }

  #at(id: string): CurrentRun {
    if (this.#current?.id !== id)
      throw new UserError('run-not-possible', { state: this.#tools.store.get(id).state });
    return this.#current;
  }

  #end(current: CurrentRun, endsAs: CurrentRun['endsAs']): void {
    current.endsAs = endsAs;
    current.isEnding = true;
    current.process?.tell('cancel');
  }

  async #carryOut(run: StoredRun, current: CurrentRun): Promise<void> {
    const { store } = this.#tools;
    try {
      const start = await this.#tools.placeOf(run.wish.start);
      if (current.isEnding) throw new UserError('cancelled');
      const request = requestOf(run.wish, store.folderOf(run.id));
      current.process = new TrainingProcess(
        this.#tools.startChild,
        { kind: 'train', request, start },
        (reply) => reply.kind === 'event' && this.#hear(run.id, reply.event),
      );
      const { result } = await current.process.ended;
      store.change(run.id, { state: 'finished', result });
      this.#log(
        run.id,
        `best epoch ${result.bestEpoch}: validation accuracy ${result.validationAccuracy.toFixed(4)}, test ${result.testAccuracy?.toFixed(4) ?? '–'}`,
      );
      this.#tools.notify(
        `Training ended: ${run.title}`,
        `Best epoch ${result.bestEpoch} of ${result.epochs}.`,
      );
    } catch (error) {
      this.#noteFailure(run, current, reportFailure(error));
    } finally {
      this.#current = null;
      this.changed();
      this.advance();
    }
  }

  #noteFailure({ id, title }: StoredRun, { endsAs, isEnding }: CurrentRun, failure: Failure): void {
    const { store } = this.#tools;
    const wasAsked = isEnding && (failure.code === 'cancelled' || failure.code === 'training-stopped');
    const state: RunState = wasAsked
      ? endsAs
      : failure.code === 'training-stopped' || failure.code === 'cancelled'
        ? 'interrupted'
        : 'failed';
    store.change(id, { state, ...(!wasAsked && { failure }) });
    const words = wasAsked
      ? endsAs === 'cancelled'
        ? 'cancelled'
        : 'the application ends'
      : errorText(failure).title;
    this.#log(id, words);
    if (!wasAsked) this.#tools.notify(`Training stopped: ${title}`, words);
  }

  #hear(id: string, event: Exclude<TrainEvent, { type: 'finished' }>): void {
    switch (event.type) {
      case 'started': {
        const { train, validation, test } = event.run.parts;
        const where = event.resumedAtEpoch === 0 ? 'starts' : `goes on after epoch ${event.resumedAtEpoch}`;
        this.#log(id, `${where}: train ${train}, validation ${validation}, test ${test} pictures`);
        return this.changed();
      }
      case 'step': {
        const { epoch, batch, batches, loss, remainingMs } = event;
        const payload = { run: id, epoch, batch, batches, loss, remainingMs };
        return this.#tools.emit({ name: 'runStepped', payload });
      }
      case 'epoch':
        this.#log(id, epochWords(event.record, event.isBest, event.remainingMs));
        return;
      case 'checkpoint':
        // The history on the disk now holds the epoch.
        return this.changed();
    }
  }

  /** Lines of one run are written one after the other. */
  #log(id: string, words: string): void {
    const folder = this.#tools.store.folderOf(id);
    this.#lastLine = this.#lastLine.then(() => appendRunLog(folder, words));
  }

  #lastLine: Promise<void> = Promise.resolve();
}

/** The request of the command line that a wish stands for; its split was made when it was prepared. */
function requestOf(wish: RunWish, out: string): Omit<TrainRequest, 'from'> {
  const { dataset, labelFile, fold, recipe, engine, provider, threads } = wish;
  return {
    dataset,
    labelFile,
    subset: recipe.subset,
    split: { kind: 'file', file: join(out, 'split.json') },
    fold,
    seed: recipe.seed,
    augmentation: recipe.augmentation,
    recipe,
    engine,
    provider: engine === 'onnx' ? provider : 'auto',
    threads: Math.min(threads, 4 * availableParallelism()),
    out,
  };
}
