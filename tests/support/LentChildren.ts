import type { ChildChannel } from '../../src-main/inference/ChildChannel.ts';
import { forkChannel } from '../../src-main/inference/forkChannel.ts';

type Listener = (message: unknown) => void;

/** A child, and who hears of it at the moment. */
interface Kept {
  channel: ChildChannel;
  heard: Listener;
  ended: () => void;
  /** Orders that were not answered yet. */
  open: number;
}

/**
 * Inference children that outlive who they were started for: whoever is done with one leaves it, models loaded, to the next.
 * One that is let go in the middle of an order is ended as ever, and so is one that ended by itself not lent again.
 */
export class LentChildren {
  readonly #idle: Kept[] = [];

  /** A `StartChild`. */
  lend(): ChildChannel {
    const kept = this.#idle.pop() ?? this.#start();
    return {
      post(message) {
        kept.open++;
        kept.channel.post(message);
      },
      onMessage: (listener) => (kept.heard = listener),
      onExit: (listener) => (kept.ended = listener),
      holdParent: (isHeld) => kept.channel.holdParent(isHeld),
      kill: () => this.#takeBack(kept),
    };
  }

  #start(): Kept {
    const kept: Kept = { channel: forkChannel(), heard: silence, ended: silence, open: 0 };
    kept.channel.onMessage((message) => {
      kept.open--;
      kept.heard(message);
    });
    kept.channel.onExit(() => {
      const place = this.#idle.indexOf(kept);
      if (place >= 0) this.#idle.splice(place, 1);
      kept.ended();
    });
    return kept;
  }

  #takeBack(kept: Kept): void {
    kept.heard = silence;
    if (kept.open > 0) {
      kept.channel.kill();
      return;
    }
    kept.ended = silence;
    kept.channel.holdParent(false);
    this.#idle.push(kept);
  }
}

const silence = (): void => undefined;
