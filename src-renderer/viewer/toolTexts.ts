import type { Tool } from './Tool.ts';

/** What each tool is called. */
export const toolTexts: Record<Tool, string> = {
  window: 'Window',
  pan: 'Move',
  zoom: 'Zoom',
  magnifier: 'Magnifier',
  length: 'Length',
  angle: 'Angle',
  ellipse: 'Ellipse',
};
