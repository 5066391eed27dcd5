import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import sharp from 'sharp';
import type { ParsedInput } from '../../src-shared/contract/calls.ts';
import { escapeText } from '../../src-shared/escapeText.ts';
import { loadReportFonts } from './reportFonts.ts';

/** Pictures side by side, row by row, each under its title, above a caption. */
export interface Figure {
  format: ParsedInput<'exportFigure'>['format'];
  caption: string;
  /** Pictures in a row. */
  columns: number;
  panels: readonly { title: string; picture: Uint8Array; rows: number; columns: number }[];
}

/** Of a PNG, dots an inch: what journals ask for. */
const density = 300;
/** Points, 1/72 inch. */
const panelSide = 180;
const gap = 10;
const titleHeight = 26;
const captionHeight = 60;

/** The figure as a file that needs nothing else. */
export async function figureOfPanels(figure: Figure): Promise<Uint8Array<ArrayBuffer> | string> {
  switch (figure.format) {
    case 'svg':
      return svgOf(figure);
    case 'png':
      return Uint8Array.from(
        await sharp(Buffer.from(svgOf(figure)), { density })
          .png()
          .toBuffer(),
      );
    case 'pdf':
      return pdfOf(figure);
  }
}

function layoutOf({ columns, panels }: Figure) {
  const across = Math.min(columns, panels.length);
  const down = Math.ceil(panels.length / across);
  return {
    width: gap + across * (panelSide + gap),
    height: gap + down * (titleHeight + panelSide + gap) + captionHeight,
    at: (index: number) => ({
      x: gap + (index % across) * (panelSide + gap),
      y: gap + Math.floor(index / across) * (titleHeight + panelSide + gap),
    }),
  };
}

function svgOf(figure: Figure): string {
  const { width, height, at } = layoutOf(figure);
  const panels = figure.panels.map(({ title, picture }, i) => {
    const { x, y } = at(i);
    const href = `data:image/png;base64,${Buffer.from(picture).toString('base64')}`;
    const lines = linesOf(title, panelSide, x).slice(0, 2);
    return `<text x="${x}" y="${y + 9}" font-size="8">${lines.join('')}</text>
<image x="${x}" y="${y + titleHeight}" width="${panelSide}" height="${panelSide}" href="${href}"/>`;
  });
  const lines = linesOf(figure.caption, width - 2 * gap, gap);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${panels.join('\n')}
<text x="${gap}" y="${height - captionHeight + 14}" font-size="8">${lines.join('')}</text>
</svg>
`;
}

/** Text of 8 points in lines that fit a width, by the mean width of its letters. */
function linesOf(text: string, width: number, x: number): string[] {
  return wrapped(text, Math.floor(width / 4.6)).map(
    (line, i) => `<tspan x="${x}" dy="${i === 0 ? 0 : 11}">${escapeText(line)}</tspan>`,
  );
}

/** Lines of at most so many characters, broken between words. */
function wrapped(text: string, most: number): string[] {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)!;
    if (last.length + word.length + 1 > most && last !== '') lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

async function pdfOf(figure: Figure): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, at } = layoutOf(figure);
  const fonts = await loadReportFonts();
  const document = new PDFDocument({
    size: [width, height],
    margin: 0,
    pdfVersion: '1.7',
    tagged: true,
    lang: 'en',
    info: { Title: 'Heatmaps', Creator: 'BraTum Workstation', Producer: 'PDFKit' },
  });
  const bytes = buffer(document);
  const root = document.struct('Document');
  document.addStructure(root);
  document.registerFont('regular', fonts.regular).font('regular').fontSize(8);
  figure.panels.forEach(({ title, picture }, i) => {
    const { x, y } = at(i);
    const shown = fonts.printable(title);
    root.add(
      document.struct('P', {}, () => {
        document.text(shown, x, y + 2, { width: panelSide, height: titleHeight - 3, ellipsis: true });
      }),
    );
    root.add(
      document.struct('Figure', { alt: shown }, () => {
        document.image(Buffer.from(picture), x, y + titleHeight, { fit: [panelSide, panelSide] });
      }),
    );
  });
  root.add(
    document.struct('P', {}, () => {
      const place = { width: width - 2 * gap, height: captionHeight - 8, ellipsis: true };
      document.text(fonts.printable(figure.caption), gap, height - captionHeight + 4, place);
    }),
  );
  root.end();
  document.end();
  return Uint8Array.from(await bytes);
}
