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
    let lastMs = performance.now();
    let request = 0;
    const refresh = (nowMs: number): void => {
      request = requestAnimationFrame(refresh);
      const intervalMs = 1000 / this.framesPerSecond;
      if (nowMs < lastMs + intervalMs || !reel.isReady()) return;
      // In time, steps keep to the beat; a late one begins it anew.
      lastMs = nowMs < lastMs + 2 * intervalMs ? lastMs + intervalMs : nowMs;
      const next = cineStep({ index: reel.index(), direction }, reel.count(), this.mode);
      direction = next.direction;
      reel.go(next.index);
    };
    request = requestAnimationFrame(refresh);
    return () => cancelAnimationFrame(request);
  }
}
