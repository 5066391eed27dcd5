import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { create, type Font } from 'fontkit';

const unknownCharacter = '□';

export interface ReportFonts {
  regular: Buffer;
  bold: Buffer;
  /** The text with a box for every character that the fonts lack. */
  printable: (text: string) => string;
}

/**
 * The fonts of the report, which embeds of them what it uses: DejaVu Sans (Bitstream Vera licence), with Latin, Greek,
 * Cyrillic, Arabic, Hebrew and more in one file.
 */
export async function loadReportFonts(): Promise<ReportFonts> {
  const require = createRequire(import.meta.url);
  const [regular, bold] = await Promise.all([
    readFile(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
    readFile(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')),
  ]);
  const fonts = [regular, bold].map((bytes) => create(bytes) as Font);
  const isKnown = (character: string): boolean =>
    fonts.every((font) => font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0));
  return {
    regular,
    bold,
    printable: (text) =>
      [...text.replace(/\s+/g, ' ')].map((one) => (isKnown(one) ? one : unknownCharacter)).join(''),
  };
}
