import type { FolderPart, PictureLabels } from '../../src-shared/domain/dataset.ts';
import type { Plane } from '../../src-shared/domain/plane.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';

const parts: readonly [RegExp, FolderPart][] = [
  [/^train(ing)?$/, 'training'],
  [/^test(ing)?$/, 'testing'],
];

const classes: readonly [RegExp, TumourClass][] = [
  [/^glioma(_tumou?r)?$/, 'glioma_tumor'],
  [/^meningioma(_tumou?r)?$/, 'meningioma_tumor'],
  [/^(no_?tumou?r|healthy|normal)$/, 'no_tumor'],
  [/^pituitary(_tumou?r)?$/, 'pituitary_tumor'],
];

/** The published project's names of the planes, at the end of its folders' names. */
const angles: readonly [RegExp, Plane][] = [
  [/_top(_angle)?$/, 'axial'],
  [/_left(_angle)?$/, 'sagittal'],
  [/_back(_angle)?$/, 'coronal'],
];

/**
 * What the folders of a picture say about it: `Training/glioma_tumor/gg (1).jpg`, or
 * `glioma_tumor_Top_Angle/gg (1).jpg` as the published project sorted them. The innermost folder wins.
 *
 * @param path - relative to the data set's folder, with `/`
 */
export function labelsOfPath(path: string): PictureLabels {
  const labels: PictureLabels = { part: null, class: null, plane: null };
  for (const folder of path.split('/').slice(0, -1)) {
    const name = folder.toLowerCase().replaceAll(/[\s-]+/g, '_');
    const angle = angles.find(([end]) => end.test(name));
    const rest = angle === undefined ? name : name.replace(angle[0], '');
    labels.part = named(parts, name) ?? labels.part;
    labels.class = named(classes, rest) ?? labels.class;
    if (named(classes, rest) !== null) labels.plane = angle?.[1] ?? labels.plane;
  }
  return labels;
}

/** A class as a folder or a label file spells it; null where it is none. */
export function classNamed(text: string): TumourClass | null {
  return named(
    classes,
    text
      .trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, '_'),
  );
}

function named<Value>(table: readonly [RegExp, Value][], name: string): Value | null {
  return table.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}
