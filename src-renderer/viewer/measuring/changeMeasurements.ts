import { invert, mapDirection, mapPoint, type Point } from '../affine.ts';
import type { GestureAction } from '../GestureTracker.ts';
import type { ViewCommand } from '../keyCommand.ts';
import type { MeasurementKind } from './Measurement.ts';
import type { Paper } from './Pen.svelte.ts';

/** Half the size of a measurement that a key draws, as a share of the viewport's shorter side. */
const placedShare = 0.12;

/** Points of a measurement of about that size around the middle, in units of it. */
const placedPoints: Record<MeasurementKind, readonly Point[]> = {
  length: [
    { x: -1, y: 0 },
    { x: 1, y: 0 },
  ],
  angle: [
    { x: 1, y: -1 },
    { x: -1, y: 0 },
    { x: 1, y: 1 },
  ],
  ellipse: [
    { x: -1, y: -1 },
    { x: 1, y: 1 },
  ],
};

/**
 * Does what a command says about measurements, and nothing where it is about something else.
 *
 * @param middle - of the viewport, CSS pixels: where a key draws
 */
export function changeMeasurements(command: GestureAction | ViewCommand, paper: Paper, middle: Point): void {
  const { marks } = paper;
  switch (command.kind) {
    case 'place':
      if (paper.kind !== null) marks.select({ id: place(paper, paper.kind, middle), handle: 0 });
      break;
    case 'next-handle':
      marks.selectNext();
      break;
    case 'nudge':
      marks.nudge(mapDirection(invert(paper.imageToScreen), command.by), paper.picture);
      break;
    case 'remove':
      if (marks.selection !== null) marks.remove(marks.selection.id);
      break;
    case 'deselect':
      marks.select(null);
      break;
    case 'undo':
      marks.undo();
      break;
    case 'redo':
      marks.redo();
      break;
    default:
  }
}

/** Draws about the middle of the viewport, and on the picture. @returns the id */
function place({ marks, picture, imageToScreen }: Paper, kind: MeasurementKind, middle: Point): number {
  const reach = placedShare * 2 * Math.min(middle.x, middle.y);
  const screenToImage = invert(imageToScreen);
  const points = placedPoints[kind].map(({ x, y }) => {
    const at = mapPoint(screenToImage, { x: middle.x + x * reach, y: middle.y + y * reach });
    return {
      x: Math.min(Math.max(at.x, 0), picture.columns),
      y: Math.min(Math.max(at.y, 0), picture.rows),
    };
  });
  return marks.add(kind, points).id;
}
