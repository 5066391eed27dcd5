import type { Plane } from '../../src-shared/domain/plane.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { labelsOfPath } from './labelsOfPath.ts';

/**
 * How a data set lies in folders: `angles` as the published project sorted it, `glioma_tumor_Top_Angle/…`, all in one
 * pool; `classes` as it was published, `Training/glioma_tumor/…`, or `glioma_tumor/…` where there are no two halves.
 */
export const exportLayouts = ['angles', 'classes'] as const;

export type ExportLayout = (typeof exportLayouts)[number];

/** A file with its labels. */
export interface LabelledFile {
  /** Relative to the data set's folder, with `/`. */
  path: string;
  class: TumourClass | null;
  plane: Plane | null;
}

/** Where the files go. */
export interface Arrangement<File extends LabelledFile = LabelledFile> {
  /** `to` is relative to the target, with `/`; no two are the same on any file system. */
  places: (File & { to: string })[];
  leftOut: { path: string; reason: string }[];
}

const angleOf: Record<Plane, string> = { axial: 'Top', sagittal: 'Left', coronal: 'Back' };
const halfOf = { training: 'Training', testing: 'Testing' } as const;

/**
 * Gives each file its place in a layout. Names stay; where two meet in one folder the later carries the folders that it
 * came from before its own name, which leaves its number where it is and so its neighbours neighbours.
 */
export function arrangePictures<File extends LabelledFile>(
  files: readonly File[],
  layout: ExportLayout,
): Arrangement<File> {
  const arrangement: Arrangement<File> = { places: [], leftOut: [] };
  const taken = new Set<string>();
  for (const file of files) {
    const folder = folderOf(file, layout);
    if (folder === null) {
      const missing = file.class === null ? 'class' : 'plane';
      arrangement.leftOut.push({ path: file.path, reason: `Its ${missing} is not known.` });
      continue;
    }
    arrangement.places.push({ ...file, to: freePlace(folder, file.path, taken) });
  }
  return arrangement;
}

function folderOf({ path, class: tumour, plane }: LabelledFile, layout: ExportLayout): string | null {
  if (tumour === null) return null;
  if (layout === 'angles') return plane === null ? null : `${tumour}_${angleOf[plane]}_Angle`;
  const { part } = labelsOfPath(path);
  return part === null ? tumour : `${halfOf[part]}/${tumour}`;
}

function freePlace(folder: string, path: string, taken: Set<string>): string {
  // The inside of an archive is a path of its own: `a.zip!/b.png`.
  const steps = path.replaceAll('!/', '/').split('/');
  for (let from = steps.length - 1; ; from--) {
    const isWhole = from < 0;
    const name = isWhole ? `${taken.size}-${steps.join('-')}` : steps.slice(from).join('-');
    const place = `${folder}/${name}`;
    if (taken.has(place.toLowerCase())) continue;
    taken.add(place.toLowerCase());
    return place;
  }
}
