import { toFailure } from '../../src-shared/errors.ts';
import type { ChildChannel } from './ChildChannel.ts';
import type { RunOrder, RunReply } from './messages.ts';
import { Sessions } from './Sessions.ts';

/**
 * Runs models in this very process, which a run blocks: for processes that are children themselves and may not start
 * others.
 */
export function localChannel(): ChildChannel {
  const sessions = new Sessions();
  let tell: (reply: RunReply) => void = () => undefined;
  let last: Promise<void> = Promise.resolve();
  return {
    post(message) {
      const order = message as RunOrder;
      last = last.then(async () =>
        tell(
          await sessions.run(order).then(
            (outputs): RunReply => ({ id: order.id, ok: true, outputs }),
            (error: unknown): RunReply => ({ id: order.id, ok: false, error: toFailure(error) }),
          ),
        ),
      );
    },
    onMessage(listener) {
      tell = listener;
    },
    onExit: () => undefined,
    holdParent: () => undefined,
    kill() {
      tell = () => undefined;
    },
  };
}
