import type { SlicePixels } from '../../src-shared/contract/calls.ts';
import type { Heatmap } from '../../src-shared/domain/analysis.ts';
import type { DisplayWindow } from '../../src-shared/domain/slice.ts';
import type { Affine } from './affine.ts';

/** How values between the picture's pixels come about. */
export type Interpolation = 'linear' | 'nearest';

/** Everything that one drawing depends on. */
export interface Frame {
  slice: SlicePixels;
  window: DisplayWindow;
  /** Black and white exchanged: by the file, by the reader, but not by both. */
  isInverted: boolean;
  /** null also where the map is hidden. */
  heatmap: Heatmap | null;
  /** Opacity of the heatmap's last colour, 0…1. */
  opacity: number;
  interpolation: Interpolation;
  /** From columns and rows to device pixels. */
  imageToDevice: Affine;
  /** Size of the drawing in device pixels. */
  width: number;
  height: number;
  /** A part of the drawing that shows the picture by a transform of its own; null for none. */
  lens: DeviceLens | null;
}

/** A rectangle of the drawing, in device pixels. */
export interface DeviceLens {
  left: number;
  top: number;
  width: number;
  height: number;
  imageToDevice: Affine;
}

/** Draws frames on a canvas of its own. */
export interface Painter {
  readonly kind: 'webgl' | 'canvas';
  readonly canvas: HTMLCanvasElement;
  /** Draws before it returns; a frame equal to the last costs only the drawing. */
  draw(frame: Frame): void;
  /** Frees what the canvas holds on the graphics card. */
  dispose(): void;
}
