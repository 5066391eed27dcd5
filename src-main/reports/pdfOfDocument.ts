import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import type { DocumentTable, ReportDocument } from '../../src-shared/domain/reportDocument.ts';
import { loadReportFonts, type ReportFonts } from './reportFonts.ts';

/** All lengths are points, 1/72 inch; A4, lying. */
const pageWidth = 841.89;
const pageHeight = 595.28;
const margin = 36;
const width = pageWidth - 2 * margin;

const ink = { text: '#111820', quiet: '#4a5663', line: '#c3cad1', alarm: '#8a3b00' };

/** The document as a tagged PDF of as many pages as it takes, its fonts embedded; table heads are repeated on each page. */
export async function pdfOfDocument(report: ReportDocument): Promise<Uint8Array<ArrayBuffer>> {
  const pages = new DocumentPages(await loadReportFonts(), report.title);
  pages.write('H1', report.title, { size: 16, font: 'bold' });
  for (const fact of report.facts) pages.write('P', fact, { size: 8.5, colour: ink.quiet });
  pages.write('P', report.disclaimer, { size: 9, font: 'bold', colour: ink.alarm });
  for (const { heading, lines, tables } of report.sections) {
    pages.gap(8);
    pages.write('H2', heading, { size: 11, font: 'bold' });
    for (const line of lines) pages.write('P', line, { size: 8 });
    for (const table of tables) pages.drawTable(table);
  }
  return pages.finish();
}

interface Words {
  size: number;
  font?: 'regular' | 'bold';
  colour?: string;
}

/** Pages that are filled from top to bottom; `#y` is where the next thing goes. */
class DocumentPages {
  readonly #document: PDFKit.PDFDocument;
  readonly #fonts: ReportFonts;
  readonly #root: PDFKit.PDFStructureElement;
  readonly #bytes: Promise<Buffer>;
  #y = margin;

  constructor(fonts: ReportFonts, title: string) {
    this.#fonts = fonts;
    this.#document = new PDFDocument({
      size: [pageWidth, pageHeight],
      margin: 0,
      pdfVersion: '1.7',
      tagged: true,
      lang: 'en',
      displayTitle: true,
      info: { Title: fonts.printable(title), Creator: 'BraTum Workstation', Producer: 'PDFKit' },
    });
    this.#document.registerFont('regular', fonts.regular).registerFont('bold', fonts.bold);
    this.#bytes = buffer(this.#document);
    this.#root = this.#document.struct('Document');
    this.#document.addStructure(this.#root);
  }

  gap(height: number): void {
    this.#y += height;
  }

  write(tag: string, text: string, { size, font = 'regular', colour = ink.text }: Words): void {
    const shown = this.#fonts.printable(text);
    this.#document.font(font).fontSize(size);
    const height = this.#document.heightOfString(shown, { width });
    this.#makeRoom(height);
    this.#add(tag, () => {
      this.#document.font(font).fontSize(size).fillColor(colour);
      this.#document.text(shown, margin, this.#y, { width, height: height + 0.1 });
    });
    this.#y += height + 2;
  }

  drawTable({ caption, head, rows }: DocumentTable): void {
    this.gap(4);
    this.#makeRoom(40);
    this.write('P', caption, { size: 8, colour: ink.quiet });
    const first = Math.min(200, Math.max(110, width - 62 * (head.length - 1)));
    const step = (width - first) / Math.max(1, head.length - 1);
    this.#drawRow(head, first, step, 'bold');
    for (const row of rows) {
      if (this.#makeRoom(13)) this.#drawRow(head, first, step, 'bold');
      this.#drawRow(row, first, step, 'regular');
    }
  }

  #drawRow(cells: readonly string[], first: number, step: number, font: 'regular' | 'bold'): void {
    const document = this.#document;
    this.#add('P', () => {
      document.font(font).fontSize(7).fillColor(ink.text);
      cells.forEach((cell, i) => {
        const x = i === 0 ? margin : margin + first + (i - 1) * step;
        const cellWidth = (i === 0 ? first : step) - 4;
        const align = i === 0 ? 'left' : 'right';
        const shown = this.#fonts.printable(cell);
        document.text(shown, x, this.#y, { width: cellWidth, height: 9, align, ellipsis: true });
      });
    });
    document.markContent('Artifact', { type: 'Layout' });
    document
      .moveTo(margin, this.#y + 10.5)
      .lineTo(margin + width, this.#y + 10.5)
      .lineWidth(0.4)
      .stroke(ink.line);
    document.endMarkedContent();
    this.#y += 12.5;
  }

  /** Begins a new page where what comes does not fit. @returns whether it did */
  #makeRoom(height: number): boolean {
    if (this.#y + height <= pageHeight - margin) return false;
    this.#document.addPage();
    this.#y = margin;
    return true;
  }

  #add(tag: string, draw: () => void): void {
    this.#root.add(this.#document.struct(tag, {}, draw));
  }

  async finish(): Promise<Uint8Array<ArrayBuffer>> {
    this.#root.end();
    this.#document.end();
    return Uint8Array.from(await this.#bytes);
  }
}
