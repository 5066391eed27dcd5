import { escapeText } from '../../../src-shared/escapeText.ts';

/** A line through points of 0…1 on both axes. */
export interface ChartLine {
  /** Names the line in the legend. */
  name: string;
  points: readonly { x: number; y: number }[];
  /** Class of the style sheet: colour and dashes. */
  style: string;
}

/** A column from 0 or from another column's top. */
export interface ChartColumn {
  from: number;
  to: number;
  /** Shares of the height, 0…1. */
  bottom: number;
  top: number;
  style: string;
}

/** What a chart shows. */
export interface UnitChart {
  title: string;
  /** The same in words, for those who do not see it. */
  description: string;
  xLabel: string;
  yLabel: string;
  lines?: readonly ChartLine[];
  columns?: readonly ChartColumn[];
  diagonal?: 'rising' | null;
  /** What stands at the ticks of the y axis: the share itself where left out. */
  yTick?: (share: number) => string;
}

const size = 250;
const inset = { left: 46, top: 10, right: 10, bottom: 40 };
const ticks = [0, 0.25, 0.5, 0.75, 1];

/**
 * A chart whose axes both run from 0 to 1, as an inline SVG: all that an evaluation plots. No chart library, since
 * the ones that draw text need a browser's document or bring hundreds of kilobytes for two fixed axes.
 */
export function unitChart({
  title,
  description,
  xLabel,
  yLabel,
  lines = [],
  columns = [],
  diagonal = null,
  yTick,
}: UnitChart): string {
  const width = size + inset.left + inset.right;
  const height = size + inset.top + inset.bottom;
  const grid = ticks.map(
    (tick) =>
      `<path class="grid" d="M${x(tick)} ${y(0)}V${y(1)}M${x(0)} ${y(tick)}H${x(1)}"/>` +
      `<text x="${x(tick)}" y="${y(0) + 15}" text-anchor="middle">${tick}</text>` +
      `<text x="${x(0) - 6}" y="${y(tick) + 4}" text-anchor="end">${escapeText(yTick?.(tick) ?? String(tick))}</text>`,
  );
  const bars = columns.map(
    ({ from, to, bottom, top, style }) =>
      `<rect class="${style}" x="${x(from) + 0.5}" y="${y(top)}" width="${Math.max(0, x(to) - x(from) - 1).toFixed(1)}" height="${(y(bottom) - y(top)).toFixed(1)}"/>`,
  );
  const paths = lines.map(({ points, style }) => `<path class="line ${style}" d="${pathOf(points)}"/>`);
  const legend = lines.map(
    ({ name, style }) =>
      `<li><svg width="26" height="8" aria-hidden="true"><path class="line ${style}" d="M1 4H25"/></svg> ${escapeText(name)}</li>`,
  );
  return `<figure>
<figcaption>${escapeText(title)}</figcaption>
<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(`${title}. ${description}`)}">
${grid.join('')}
${diagonal === null ? '' : `<path class="diagonal" d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}"/>`}
${bars.join('')}${paths.join('')}
<text class="axis" x="${x(0.5)}" y="${height - 6}" text-anchor="middle">${escapeText(xLabel)}</text>
<text class="axis" transform="translate(12 ${y(0.5)}) rotate(-90)" text-anchor="middle">${escapeText(yLabel)}</text>
</svg>
${legend.length > 0 ? `<ul class="legend">${legend.join('')}</ul>` : ''}
</figure>`;
}

function x(share: number): number {
  return Number((inset.left + size * share).toFixed(1));
}

function y(share: number): number {
  return Number((inset.top + size * (1 - share)).toFixed(1));
}

function pathOf(points: readonly { x: number; y: number }[]): string {
  return corners(points)
    .map((point, i) => `${i === 0 ? 'M' : 'L'}${x(point.x)} ${y(point.y)}`)
    .join('');
}

/** Leaves out points on the straight stretch between their neighbours: a ROC of thousands of slices has few corners. */
function corners(points: readonly { x: number; y: number }[]): { x: number; y: number }[] {
  return points.filter((point, i) => {
    const [before, after] = [points[i - 1], points[i + 1]];
    if (before === undefined || after === undefined) return true;
    return !(before.x === point.x && point.x === after.x) && !(before.y === point.y && point.y === after.y);
  });
}
