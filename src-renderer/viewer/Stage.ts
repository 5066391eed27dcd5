import type { SlicePixels } from '../../src-shared/contract/calls.ts';
import type { Heatmap } from '../../src-shared/domain/analysis.ts';
import type { DisplayWindow } from '../../src-shared/domain/slice.ts';
import type { Interpolation } from './Painter.ts';
import type { Probe } from './probeAt.ts';
import type { View } from './view.ts';

/** What a viewport on the stage shows; the rest are its bindings and callbacks. */
export interface StageProps {
  slice: SlicePixels | null;
  heatmap: Heatmap | null;
  isHeatmapVisible: boolean;
  opacity: number;
  isInverted: boolean;
  areOverlaysVisible?: boolean;
  interpolation?: Interpolation;
  label: string;
}

/** What a test in a browser can do with the viewport: `globalThis.stage` on the page of `Stage.svelte`. */
export interface Stage {
  show(change: Partial<StageProps>, window?: DisplayWindow): void;
  look(view: View): void;
  reset(): void;
  read(): { window: DisplayWindow; view: View; scrolled: number[]; probe: Probe | null };
}
