import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { create, type Font } from 'fontkit';

/** DejaVu Sans (Bitstream Vera licence): Latin, Greek, Cyrillic, Arabic, Hebrew and more in one file. */
const files = { regular: 'DejaVuSans.ttf', bold: 'DejaVuSans-Bold.ttf' } as const;

const unknownCharacter = '□';

export interface ReportFonts {
  regular: Buffer;
  bold: Buffer;
  /** The text with a box for every character that the fonts lack. */
  printable: (text: string) => string;
}

/** The fonts of the report, which embeds of them what it uses. */
export async function loadReportFonts(): Promise<ReportFonts> {
  const require = createRequire(import.meta.url);
  const read = (file: string): Promise<Buffer> => readFile(require.resolve(`dejavu-fonts-ttf/ttf/${file}`));
  const [regular, bold] = await Promise.all([read(files.regular), read(files.bold)]);
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
