import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import type { FigureTable } from '../../../src-shared/statistics/evaluationTables.ts';
import type { ReportFonts } from '../reportFonts.ts';

const pageWidth = 595.28;
const pageHeight = 841.89;
const margin = 40;
const bottom = pageHeight - margin - 18;

/** The width between the margins, in points. */
export const contentWidth = pageWidth - 2 * margin;

export const ink = { text: '#111820', quiet: '#4a5663', line: '#c3cad1', alarm: '#8a3b00' };

/** How a text is set. */
export interface TextLook {
  size?: number;
  font?: 'regular' | 'bold';
  colour?: string;
}

/** Tagged pages that are filled from top to bottom; whatever does not fit begins a new one. */
export class PdfPages {
  readonly document: PDFKit.PDFDocument;
  readonly #fonts: ReportFonts;
  readonly #root: PDFKit.PDFStructureElement;
  readonly #bytes: Promise<Buffer>;
  readonly #footer: string;
  #y = margin;
  #page = 1;

  constructor(fonts: ReportFonts, title: string, footer: string) {
    this.#fonts = fonts;
    this.#footer = footer;
    this.document = new PDFDocument({
      size: 'A4',
      margin: 0,
      pdfVersion: '1.7',
      tagged: true,
      lang: 'en',
      displayTitle: true,
      info: { Title: fonts.printable(title), Creator: 'BraTum Workstation', Producer: 'PDFKit' },
    });
    this.document.registerFont('regular', fonts.regular).registerFont('bold', fonts.bold);
    this.#bytes = buffer(this.document);
    this.#root = this.document.struct('Document');
    this.document.addStructure(this.#root);
    this.#drawFooter();
  }

  /** A paragraph or a heading across the page. */
  write(tag: 'H1' | 'H2' | 'P', text: string, look: TextLook = {}): void {
    const { size = 8.5, font = 'regular', colour = ink.text } = look;
    const { document } = this;
    const shown = this.#fonts.printable(text);
    document.font(font).fontSize(size);
    const height = document.heightOfString(shown, { width: contentWidth });
    // A heading alone at the foot of a page would be lost.
    this.reserve(tag === 'P' ? height : height + 60);
    if (tag === 'H2') this.#y += 8;
    this.add(tag, () => {
      document.font(font).fontSize(size).fillColor(colour);
      document.text(shown, margin, this.#y, { width: contentWidth });
    });
    this.#y += height + 3;
  }

  /** A table with a line under its head; columns share the width by what they hold. */
  table({ caption, head, rows }: FigureTable): void {
    this.write('P', caption, { size: 7.5, colour: ink.quiet });
    const widths = this.#columnWidths([head, ...rows]);
    this.#row(head, widths, 'bold');
    this.#line();
    for (const row of rows) this.#row(row, widths, 'regular');
    this.#y += 6;
  }

  /** A drawing of a height, with words for those who do not see it. @param draw - gets the upper left corner */
  figure(height: number, alt: string, draw: (left: number, top: number) => void): void {
    this.reserve(height);
    const top = this.#y;
    this.add('Figure', () => draw(margin, top), this.#fonts.printable(alt));
    this.#y += height + 4;
  }

  /** Begins a new page where fewer points are left. */
  reserve(height: number): void {
    if (this.#y + height <= bottom) return;
    this.document.addPage();
    this.#page++;
    this.#drawFooter();
    this.#y = margin;
  }

  /** A tagged piece of the page. */
  add(tag: string, draw: () => void, alt?: string): void {
    this.#root.add(this.document.struct(tag, alt === undefined ? {} : { alt }, draw));
  }

  printable(text: string): string {
    return this.#fonts.printable(text);
  }

  async finish(): Promise<Uint8Array<ArrayBuffer>> {
    this.#root.end();
    this.document.end();
    return Uint8Array.from(await this.#bytes);
  }

  #columnWidths(rows: readonly (readonly string[])[]): number[] {
    const { document } = this;
    document.font('bold').fontSize(7);
    const natural = (rows[0] ?? []).map((_, column) =>
      Math.max(...rows.map((row) => document.widthOfString(this.printable(row[column] ?? '')) + 8)),
    );
    const total = natural.reduce((sum, width) => sum + width, 0);
    return total <= contentWidth ? natural : natural.map((width) => (width * contentWidth) / total);
  }

  #row(cells: readonly string[], widths: readonly number[], font: 'regular' | 'bold'): void {
    const { document } = this;
    document.font(font).fontSize(7);
    const heights = cells.map((cell, i) =>
      document.heightOfString(this.printable(cell), { width: widths[i]! - 6 }),
    );
    const height = Math.max(...heights);
    this.reserve(height + 4);
    let left = margin;
    for (const [i, cell] of cells.entries()) {
      this.add('P', () => {
        document.font(font).fontSize(7).fillColor(ink.text);
        document.text(this.printable(cell), left, this.#y, { width: widths[i]! - 6 });
      });
      left += widths[i]!;
    }
    this.#y += height + 4;
  }

  #line(): void {
    const { document } = this;
    document.markContent('Artifact', { type: 'Layout' });
    document
      .moveTo(margin, this.#y - 2)
      .lineTo(pageWidth - margin, this.#y - 2)
      .lineWidth(0.5)
      .stroke(ink.line);
    document.endMarkedContent();
    this.#y += 2;
  }

  #drawFooter(): void {
    const { document } = this;
    document.markContent('Artifact', { type: 'Pagination' });
    document.font('regular').fontSize(7).fillColor(ink.quiet);
    const at = pageHeight - margin - 4;
    document.text(this.printable(`${this.#footer} · page ${this.#page}`), margin, at, {
      width: contentWidth,
      lineBreak: false,
    });
    document.endMarkedContent();
  }
}
