import { UserError, type CancelSignal } from '../../../src-shared/errors.ts';
import type { ChildChannel, StartChild } from '../../inference/ChildChannel.ts';
import { forkChannel } from '../../inference/forkChannel.ts';
import type { ChildOrder, ChildReply, PrepareOrder, TimeOrder, TrainOrder } from './childMessages.ts';

/** The child's entry beside this file: `child.ts` in the source, `training-child.js` in a build. */
const childEntry = new URL(
  import.meta.url.endsWith('.ts') ? './child.ts' : './training-child.js',
  import.meta.url,
);

/** Starts a training child under plain Node. */
export const forkTrainingChild: StartChild = () => forkChannel({ entry: childEntry });

type LastWord<Kind extends ChildReply['kind']> = Extract<ChildReply, { kind: Kind }>;

/** What each task ends with. */
interface LastWords {
  train: LastWord<'trained'>;
  prepare: LastWord<'prepared'>;
  time: LastWord<'timed'>;
}

/** A training child with its one task. */
export class TrainingProcess<Task extends keyof LastWords> {
  /** @throws UserError with the child's failure, or 'training-stopped' when it ended without a word */
  readonly ended: Promise<LastWords[Task]>;
  readonly #channel: ChildChannel;

  constructor(
    startChild: StartChild,
    order: Extract<TrainOrder | PrepareOrder | TimeOrder, { kind: Task }>,
    hear: (reply: Extract<ChildReply, { kind: 'event' | 'progress' }>) => void = () => undefined,
  ) {
    this.#channel = startChild();
    this.ended = new Promise((resolve, reject) => {
      this.#channel.onMessage((message) => {
        const reply = message as ChildReply;
        if (reply.kind === 'event' || reply.kind === 'progress') hear(reply);
        else if (reply.kind === 'failed') reject(new UserError(reply.error.code, reply.error.detail));
        else resolve(reply as LastWords[Task]);
      });
      this.#channel.onExit(() => reject(new UserError('training-stopped')));
    });
    // Whoever waits for it hears of it; nobody may have begun to.
    this.ended.catch(() => undefined);
    this.#channel.post(order);
  }

  tell(kind: Exclude<ChildOrder['kind'], keyof LastWords>): void {
    this.#channel.post({ kind } satisfies ChildOrder);
  }

  kill(): void {
    this.#channel.kill();
  }

  /** Waits for the end; an aborted signal ends the child. @throws UserError as `ended`; 'cancelled' */
  async until(signal: CancelSignal): Promise<LastWords[Task]> {
    const cancel = (): void => this.kill();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      if (signal.aborted) cancel();
      return await this.ended;
    } catch (error) {
      if (signal.aborted) throw new UserError('cancelled');
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }
}
