import { ink, type PdfPages } from './PdfPages.ts';

/** A line through points of 0…1 on both axes. */
export interface PdfLine {
  name: string;
  points: readonly { x: number; y: number }[];
  colour: string;
  /** Lengths of dash and gap; null for a whole line. */
  dash: [number, number] | null;
}

/** A column of a chart. */
export interface PdfColumn {
  from: number;
  to: number;
  bottom: number;
  top: number;
  colour: string;
}

export interface PdfChart {
  title: string;
  xLabel: string;
  yLabel: string;
  lines?: readonly PdfLine[];
  columns?: readonly PdfColumn[];
  hasDiagonal?: boolean;
}

/** Points from a chart's left edge to its right one, labels included. */
export const chartWidth = 165;
const inset = { left: 30, top: 14 };
const side = chartWidth - inset.left - 6;

/** A chart with both axes from 0 to 1; below it the names of its lines. */
export function drawUnitChart(pages: PdfPages, chart: PdfChart, left: number, top: number): void {
  const { document } = pages;
  const { title, xLabel, yLabel, lines = [], columns = [], hasDiagonal = false } = chart;
  const x = (share: number): number => left + inset.left + side * share;
  const y = (share: number): number => top + inset.top + side * (1 - share);
  const label = (
    text: string,
    atX: number,
    atY: number,
    width: number,
    align: 'left' | 'center' | 'right',
  ) => {
    document.fillColor(ink.quiet).font('regular').fontSize(6);
    document.text(pages.printable(text), atX, atY, { width, align, lineBreak: false });
  };
  document.font('bold').fontSize(7).fillColor(ink.text);
  document.text(pages.printable(title), left, top, { width: chartWidth, lineBreak: false });
  for (const tick of [0, 0.5, 1]) {
    document.moveTo(x(tick), y(0)).lineTo(x(tick), y(1)).lineWidth(0.4).stroke(ink.line);
    document.moveTo(x(0), y(tick)).lineTo(x(1), y(tick)).lineWidth(0.4).stroke(ink.line);
    label(String(tick), x(tick) - 10, y(0) + 3, 20, 'center');
    label(String(tick), x(0) - 24, y(tick) - 3, 20, 'right');
  }
  label(xLabel, x(0), y(0) + 12, side, 'center');
  document.save();
  document.rotate(-90, { origin: [left + 4, y(0.5)] });
  label(yLabel, left + 4 - side / 2, y(0.5) - 3, side, 'center');
  document.restore();
  for (const { from, to, bottom, top: upper, colour } of columns)
    document
      .rect(x(from) + 0.4, y(upper), Math.max(0.2, x(to) - x(from) - 0.8), Math.max(0, y(bottom) - y(upper)))
      .fill(colour);
  if (hasDiagonal)
    document.moveTo(x(0), y(0)).lineTo(x(1), y(1)).lineWidth(0.5).dash(2, { space: 2 }).stroke(ink.quiet);
  document.undash();
  for (const { points, colour, dash } of lines) {
    points.forEach((point, i) =>
      i === 0 ? document.moveTo(x(point.x), y(point.y)) : document.lineTo(x(point.x), y(point.y)),
    );
    document.lineWidth(1);
    if (dash !== null) document.dash(dash[0], { space: dash[1] });
    if (points.length > 0) document.stroke(colour);
    document.undash();
  }
  lines.forEach(({ name, colour }, i) => {
    const at = y(0) + 22 + i * 8;
    document.rect(x(0), at + 2, 8, 2).fill(colour);
    label(name, x(0) + 12, at, side - 12, 'left');
  });
}
