import { Cine } from './cine/Cine.svelte.ts';
import { Measurements } from './measuring/Measurements.svelte.ts';
import type { Tool } from './Tool.ts';

/** What the reader holds in hand; all viewports of a page share it. */
export class ViewerTools {
  tool = $state<Tool>('window');
  readonly measurements: Measurements;
  readonly cine = new Cine();

  constructor(measurements: Measurements = new Measurements()) {
    this.measurements = measurements;
  }

  /** Something else is opened: what was measured leaves the page, and nothing plays. */
  clear(): void {
    this.measurements.clear();
    this.cine.isPlaying = false;
  }
}
