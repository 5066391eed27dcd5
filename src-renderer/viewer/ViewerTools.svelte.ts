import { Cine } from './cine/Cine.svelte.ts';
import { Measurements } from './measuring/Measurements.svelte.ts';
import type { Tool } from './Tool.ts';

/** What the reader holds in hand; all viewports of a page share it. */
export class ViewerTools {
  tool = $state<Tool>('window');
  readonly measurements = new Measurements();
  readonly cine = new Cine();

  /** Something else is opened: what was measured is forgotten, and nothing plays. */
  clear(): void {
    this.measurements.clear();
    this.cine.isPlaying = false;
  }
}
