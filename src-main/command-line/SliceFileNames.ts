import { extname } from 'node:path';
import type { Slice } from '../../src-shared/domain/slice.ts';

/** File systems allow 255 bytes; the rest is for frame, plane, method and number. */
const mostBaseBytes = 180;

/** Names for what is written about slices into one folder: `<base>[.<plane>][.f<frame>]`, never two under one name. */
export class SliceFileNames {
  readonly #taken = new Set<string>();

  /** @param ending - what is written about the slice, for example `.grad-cam.png` */
  free(slice: Slice, ending: string): string {
    const stem = stemOf(slice);
    let name = `${stem}${ending}`;
    for (let copy = 2; this.#taken.has(name); copy++) name = `${stem}-${copy}${ending}`;
    this.#taken.add(name);
    return name;
  }
}

function stemOf({ fileName, frame, volumePlane }: Slice): string {
  const base = shortened(fileName.slice(0, fileName.length - extname(fileName).length));
  const place = [volumePlane, frame === null ? null : `f${String(frame).padStart(3, '0')}`];
  return [base, ...place.filter((word) => word !== null)].join('.');
}

/** The beginning of a name that leaves room for what is added to it. */
function shortened(base: string): string {
  const characters = [...base].slice(0, mostBaseBytes);
  while (Buffer.byteLength(characters.join('')) > mostBaseBytes) characters.pop();
  return characters.join('');
}
