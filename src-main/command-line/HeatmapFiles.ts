import { mkdir, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Heatmap } from '../../src-shared/domain/analysis.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import { drawHeatmap } from '../calls/drawHeatmap.ts';
import { writeInto } from './writeInto.ts';

/** File systems allow 255 bytes; the rest is for frame, plane, method and number. */
const mostBaseBytes = 180;

/** Writes overlays as `<base>[.f<frame>].<method>.png` into one folder, never two under one name. */
export class HeatmapFiles {
  readonly #folder: string;
  readonly #taken = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @returns the absolute path of the overlay @throws UserError 'folder-unwritable' or 'disk-full' */
  async write(slice: Slice, heatmap: Heatmap): Promise<string> {
    const path = join(this.#folder, this.#freeName(slice, heatmap));
    const png = await drawHeatmap(slice, heatmap);
    await writeInto(this.#folder, async () => {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(path, png);
    });
    return path;
  }

  #freeName({ fileName, frame, volumePlane }: Slice, { method }: Heatmap): string {
    const base = shortened(fileName.slice(0, fileName.length - extname(fileName).length));
    const place = [volumePlane, frame === null ? null : `f${String(frame).padStart(3, '0')}`];
    const stem = [base, ...place.filter((word) => word !== null)].join('.');
    let name = `${stem}.${method}.png`;
    for (let copy = 2; this.#taken.has(name); copy++) name = `${stem}-${copy}.${method}.png`;
    this.#taken.add(name);
    return name;
  }
}

/** The beginning of a name that leaves room for what is added to it. */
function shortened(base: string): string {
  const characters = [...base].slice(0, mostBaseBytes);
  while (Buffer.byteLength(characters.join('')) > mostBaseBytes) characters.pop();
  return characters.join('');
}
