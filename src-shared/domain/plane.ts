/** The viewing planes; the published project called them top, left and back angle. */
export const planes = ['axial', 'sagittal', 'coronal'] as const;

export type Plane = (typeof planes)[number];

/** What told us the plane: the DICOM header's orientation, or the plane model. */
export type PlaneSource = 'orientation' | 'model';
