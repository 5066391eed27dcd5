import type { Plane } from './plane.ts';
import { classLabels, tumourClasses, type TumourClass } from './tumourClass.ts';

/** A class of any model: a tumour class, or the viewing plane for a model of planes. */
export type ClassName = TumourClass | Plane;

/** All classes as a person reads them. */
export const classNameLabels: Record<ClassName, string> = {
  ...classLabels,
  axial: 'Axial',
  sagittal: 'Sagittal',
  coronal: 'Coronal',
};

/** True for the classes of a tumour model, in whichever order. */
export function areTumourClasses(classes: readonly ClassName[]): classes is readonly TumourClass[] {
  return classes.every((name) => (tumourClasses as readonly ClassName[]).includes(name));
}
