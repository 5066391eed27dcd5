import type { GestureAction } from './GestureTracker.ts';
import type { ViewCommand } from './keyCommand.ts';
import type { PictureShape } from './pictureShape.ts';
import {
  actualSize,
  fittedView,
  flip,
  mirror,
  panBy,
  turn,
  zoomAbout,
  type View,
  type ViewportSize,
} from './view.ts';

/** The view after a command; the same object where the command is not about the view. */
export function changeView(
  view: View,
  command: GestureAction | ViewCommand,
  shape: PictureShape,
  size: ViewportSize & { ratio: number },
): View {
  switch (command.kind) {
    case 'zoom':
      return zoomAbout(view, command, shape, size);
    case 'pan':
      return panBy(view, command.by, shape, size);
    case 'turn':
      return turn(view, command.quarters);
    case 'mirror':
      return mirror(view);
    case 'flip':
      return flip(view);
    case 'fit':
      return { ...view, zoom: fittedView.zoom, centre: fittedView.centre };
    case 'actual-size':
      return actualSize(view, shape, size, size.ratio);
    default:
      return view;
  }
}
