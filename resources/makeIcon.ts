/** `node resources/makeIcon.ts`: draws the application's icon from the page's mark; electron-builder makes the rest. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const size = 1024;
/** Pixels per inch at which the mark's 32 units become `size` pixels. */
const density = (72 * size) / 32;

const mark = await readFile(new URL('../src-renderer/mark.svg', import.meta.url));
await sharp(mark, { density })
  .resize(size, size)
  .png({ palette: true, compressionLevel: 9 })
  .toFile(fileURLToPath(new URL('./icon.png', import.meta.url)));
