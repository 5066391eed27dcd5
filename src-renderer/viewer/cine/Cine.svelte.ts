import { cineStep, type CineMode } from './cineStep.ts';

/** What plays. */
export interface Reel {
  /** How many slices there are. */
  count: () => number;
  /** The slice that is chosen, from 0. */
  index: () => number;
  /** False while the chosen slice is not on the screen yet: playing waits for it. */
  isReady: () => boolean;
  go: (index: number) => void;
}

export const framesPerSecondLimits = { least: 1, most: 60 };

/** How a series plays by itself, and whether it does. */
export class Cine {
  isPlaying = $state(false);
  framesPerSecond = $state(10);
  mode = $state<CineMode>('loop');

  toggle(): void {
    this.isPlaying = !this.isPlaying;
  }

  /**
   * Plays until the returned function is called, a step at the first refresh of the screen at which it is due;
   * steps that were missed, because a slice was late, are not made up for.
   */
  run(reel: Reel): () => void {
    let direction: 1 | -1 = 1;
    let dueMs = performance.now() + 1000 / this.framesPerSecond;
    let request = requestAnimationFrame(refresh);
    const step = (): void => {
      const next = cineStep({ index: reel.index(), direction }, reel.count(), this.mode);
      direction = next.direction;
      reel.go(next.index);
    };
    const intervalMs = (): number => 1000 / this.framesPerSecond;
    function refresh(nowMs: number): void {
      request = requestAnimationFrame(refresh);
      if (nowMs < dueMs || !reel.isReady()) return;
      dueMs = Math.max(dueMs + intervalMs(), nowMs);
      step();
    }
    return () => cancelAnimationFrame(request);
  }
}
