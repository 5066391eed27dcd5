import type { DragKind } from './GestureTracker.ts';
import type { MeasurementKind } from './measuring/Measurement.ts';

/** What the left button, or one finger, does on the bare picture. */
export type Tool = DragKind | 'magnifier' | MeasurementKind;

/** What a drag with the tool does to the view; null where it draws. The magnifier leaves it the window. */
export function dragOf(tool: Tool): DragKind | null {
  if (tool === 'magnifier') return 'window';
  return measurementOf(tool) === null ? (tool as DragKind) : null;
}

/** What the tool draws, if it draws. */
export function measurementOf(tool: Tool): MeasurementKind | null {
  return tool === 'length' || tool === 'angle' || tool === 'ellipse' ? tool : null;
}
