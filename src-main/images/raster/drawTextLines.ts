import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { create, type Font } from 'fontkit';
import sharp from 'sharp';

const lineHeightInEms = 1.35;

/** White text on black, 8-bit grey. */
export interface TextPicture {
  rows: number;
  columns: number;
  /** [row][column] */
  values: Uint8Array<ArrayBuffer>;
}

/**
 * Draws lines of text, white on black, as outlines of DejaVu Sans: no font of the system has a say, so that the same
 * words give the same pixels everywhere. A line that is too wide is drawn smaller.
 *
 * @param columns - width of the picture
 * @param emPixels - size of the letters
 */
export async function drawTextLines(
  lines: readonly string[],
  columns: number,
  emPixels: number,
): Promise<TextPicture> {
  const font = await loadFont();
  const margin = Math.round(emPixels / 2);
  const lineRows = Math.ceil(emPixels * lineHeightInEms);
  const rows = lines.length * lineRows + margin;
  const outlines = lines.map((line, index) =>
    outlineOf(line, font, {
      emPixels,
      left: margin,
      baseline: margin / 2 + index * lineRows + emPixels,
      width: columns - 2 * margin,
    }),
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${columns}" height="${rows}"><rect width="${columns}" height="${rows}" fill="#000"/><path fill="#fff" d="${outlines.join(' ')}"/></svg>`;
  const { data } = await sharp(Buffer.from(svg))
    .flatten({ background: '#000' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { rows, columns, values: Uint8Array.from(data) };
}

let loading: Promise<Font> | null = null;

function loadFont(): Promise<Font> {
  loading ??= readFile(
    createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
  ).then((bytes) => create(bytes) as Font);
  return loading;
}

function outlineOf(
  line: string,
  font: Font,
  { emPixels, left, baseline, width }: { emPixels: number; left: number; baseline: number; width: number },
): string {
  const { glyphs, positions, advanceWidth } = font.layout(line);
  const scale = Math.min(emPixels / font.unitsPerEm, width / Math.max(1, advanceWidth));
  let x = left;
  return glyphs
    .map((glyph, index) => {
      const place = glyph.path.scale(scale, -scale).translate(x, baseline).toSVG();
      x += (positions[index]?.xAdvance ?? 0) * scale;
      return place;
    })
    .join('');
}
