import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import { classLabels, tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import { percentText } from '../../src-shared/percentTexts.ts';
import type { CaseReport, DrawnSlice, ReportSection } from './CaseReport.ts';
import { loadReportFonts, type ReportFonts } from './reportFonts.ts';

/** All lengths are points, 1/72 inch. A4 is 595 × 842. */
const pageWidth = 595.28;
const pageHeight = 841.89;
const margin = 36;
const gap = 14;
const columnWidth = (pageWidth - 2 * margin - gap) / 2;
const pictureSize = (columnWidth - 6) / 2;
const footerHeight = 22;

const ink = { text: '#111820', quiet: '#4a5663', line: '#c3cad1', bar: '#2f6f9f', alarm: '#8a3b00' };

/**
 * The report as a PDF of one page, tagged, with its fonts embedded. What does not fit is counted at the place where it
 * would stand. The file's own metadata says nothing about the patient.
 */
export async function pdfOfReport(report: CaseReport): Promise<Uint8Array<ArrayBuffer>> {
  const page = new ReportPage(await loadReportFonts());
  page.drawHeader(report);
  page.drawSlices(report.slices);
  page.drawColumns(report.sections);
  page.drawFooter(report);
  return page.finish();
}

/** One page that is filled from top to bottom; `#y` is where the next thing goes. */
class ReportPage {
  readonly #document: PDFKit.PDFDocument;
  readonly #fonts: ReportFonts;
  readonly #root: PDFKit.PDFStructureElement;
  readonly #bytes: Promise<Buffer>;
  #y = margin;

  constructor(fonts: ReportFonts) {
    this.#fonts = fonts;
    this.#document = new PDFDocument({
      size: 'A4',
      // A text that came too near to a margin would begin a second page.
      margin: 0,
      pdfVersion: '1.7',
      tagged: true,
      lang: 'en',
      displayTitle: true,
      info: { Title: 'Case report', Creator: 'BraTum Workstation', Producer: 'PDFKit' },
    });
    this.#document.registerFont('regular', fonts.regular).registerFont('bold', fonts.bold);
    this.#bytes = buffer(this.#document);
    this.#root = this.#document.struct('Document');
    this.#document.addStructure(this.#root);
  }

  drawHeader({ title, facts, disclaimer }: CaseReport): void {
    this.#write('H1', title, { size: 16, font: 'bold', lines: 1 });
    this.#y += 2;
    for (const fact of facts) this.#write('P', fact, { size: 8.5, colour: ink.quiet, lines: 2 });
    this.#y += 4;
    this.#write('P', disclaimer, { size: 10, font: 'bold', colour: ink.alarm, lines: 1 });
    this.#y += 3;
    this.#write(
      'P',
      'Each slice is answered by itself. Heatmaps show where the model found evidence for its class: a region, not an outline; colours run from none (dark) to the strongest in that slice (bright).',
      { size: 7.5, colour: ink.quiet, lines: 2 },
    );
    this.#rule();
  }

  /** Two in a row. */
  drawSlices(slices: readonly DrawnSlice[]): void {
    for (let first = 0; first < slices.length; first += 2) {
      const top = this.#y;
      const bottoms = slices.slice(first, first + 2).map((slice, index) => {
        this.#y = top;
        this.#drawSlice(slice, margin + index * (columnWidth + gap));
        return this.#y;
      });
      this.#y = Math.max(...bottoms) + 8;
    }
    if (slices.length > 0) this.#rule();
  }

  #drawSlice(slice: DrawnSlice, x: number): void {
    this.#write('H2', slice.caption, { x, size: 8, font: 'bold', lines: 1 });
    this.#y += 2;
    this.#drawPicture(slice.picture, `Slice: ${slice.caption}`, x);
    const right = x + pictureSize + 6;
    if (slice.heatmapPicture !== null)
      this.#drawPicture(slice.heatmapPicture, `Heatmap for ${classLabels[slice.class]}`, right);
    this.#y += pictureSize + 4;
    for (const name of tumourClasses) this.#drawBar(classLabels[name], slice.probabilities[name], x);
    this.#y += 2;
    for (const note of slice.notes) this.#write('P', note, { x, size: 7, colour: ink.quiet, lines: 2 });
  }

  #drawPicture({ png }: DrawnSlice['picture'], alt: string, x: number): void {
    const document = this.#document;
    const box = {
      fit: [pictureSize, pictureSize] as [number, number],
      align: 'center',
      valign: 'center',
    } as const;
    this.#add('Figure', { alt: this.#fonts.printable(alt) }, () => {
      document.rect(x, this.#y, pictureSize, pictureSize).fill('#000000');
      document.image(Buffer.from(png), x, this.#y, box);
    });
  }

  #drawBar(label: string, share: number, x: number): void {
    const document = this.#document;
    const [labelWidth, numberWidth] = [82, 36];
    const full = columnWidth - labelWidth - numberWidth;
    this.#add('P', {}, () => {
      document.fillColor(ink.text).font('regular').fontSize(7.5);
      document.text(label, x, this.#y, { width: labelWidth, lineBreak: false });
      document.rect(x + labelWidth, this.#y + 1.5, full, 5.5).fill('#e6eaee');
      document.rect(x + labelWidth, this.#y + 1.5, full * share, 5.5).fill(ink.bar);
      document.fillColor(ink.text);
      const numberAt = x + labelWidth + full;
      document.text(percentText(share), numberAt, this.#y, { width: numberWidth, align: 'right' });
    });
    this.#y += 10;
  }

  drawColumns({ left, right }: CaseReport['sections']): void {
    const top = this.#y;
    for (const [index, sections] of [left, right].entries()) {
      this.#y = top;
      this.#drawSections(sections, margin + index * (columnWidth + gap));
    }
  }

  #drawSections(sections: readonly ReportSection[], x: number): void {
    const bottom = pageHeight - margin - footerHeight - 12;
    let leftOut = 0;
    for (const { heading, lines } of sections) {
      if (this.#y + 30 < bottom && leftOut === 0)
        this.#write('H2', heading, { x, size: 9, font: 'bold', lines: 1 });
      for (const line of lines) {
        if (leftOut > 0 || this.#y + this.#heightOf(line, 7.5) > bottom) leftOut++;
        else this.#write('P', line, { x, size: 7.5 });
      }
      this.#y += 5;
    }
    if (leftOut === 0) return;
    this.#y = Math.min(this.#y, bottom);
    const text = `${leftOut} more ${leftOut === 1 ? 'line does' : 'lines do'} not fit here; the HTML report has all.`;
    this.#write('P', text, { x, size: 7.5, font: 'bold', lines: 1 });
  }

  drawFooter({ footer, disclaimer, isIdentified }: CaseReport): void {
    this.#y = pageHeight - margin - footerHeight;
    this.#rule();
    const privacy = isIdentified
      ? 'This page names a patient.'
      : 'Names, IDs, dates and free texts of the files are left out. Pictures may still show text or a face.';
    this.#write('P', `${disclaimer} ${privacy}`, { size: 7, colour: ink.quiet, lines: 1 });
    this.#write('P', footer, { size: 7, colour: ink.quiet, lines: 1 });
  }

  async finish(): Promise<Uint8Array<ArrayBuffer>> {
    this.#root.end();
    this.#document.end();
    return Uint8Array.from(await this.#bytes);
  }

  #heightOf(text: string, size: number): number {
    const { printable } = this.#fonts;
    return this.#document
      .font('regular')
      .fontSize(size)
      .heightOfString(printable(text), { width: columnWidth });
  }

  /** Writes a text and moves on below it. @param options - `lines` is how many there may be; what is longer ends in “…” */
  #write(tag: string, text: string, options: WriteOptions): void {
    const { size, x = null, font = 'regular', colour = ink.text, lines = Infinity } = options;
    const document = this.#document;
    const width = x === null ? pageWidth - 2 * margin : columnWidth;
    const shown = this.#fonts.printable(text);
    document.font(font).fontSize(size);
    const height = Math.min(
      document.heightOfString(shown, { width }),
      lines * document.currentLineHeight(true),
    );
    this.#add(tag, {}, () => {
      document.font(font).fontSize(size).fillColor(colour);
      document.text(shown, x ?? margin, this.#y, { width, height: height + 0.1, ellipsis: true });
    });
    this.#y += height + 1;
  }

  #rule(): void {
    const document = this.#document;
    document.markContent('Artifact', { type: 'Layout' });
    document
      .moveTo(margin, this.#y + 2)
      .lineTo(pageWidth - margin, this.#y + 2)
      .lineWidth(0.5)
      .stroke(ink.line);
    document.endMarkedContent();
    this.#y += 8;
  }

  #add(tag: string, options: { alt?: string }, draw: () => void): void {
    this.#root.add(this.#document.struct(tag, options, draw));
  }
}

interface WriteOptions {
  size: number;
  /** Left edge of a column; the whole width where left out. */
  x?: number;
  font?: 'regular' | 'bold';
  colour?: string;
  lines?: number;
}
