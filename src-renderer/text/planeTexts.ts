import type { Plane, PlaneSource } from '../../src-shared/domain/plane.ts';

/** How the screen names the planes. */
export const planeTexts: Record<Plane, string> = { axial: 'Axial', sagittal: 'Sagittal', coronal: 'Coronal' };

/** What told us the plane, in words. */
export const planeSourceTexts: Record<PlaneSource, string> = {
  orientation: 'from the file’s orientation',
  model: 'by the plane model',
};
