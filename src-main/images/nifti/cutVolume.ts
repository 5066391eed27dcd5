import type { Plane } from '../../../src-shared/domain/plane.ts';
import type { SliceGeometry } from '../../../src-shared/domain/slice.ts';
import type { Affine, Triple } from './affineOfHeader.ts';
import type { VolumeHeader } from './readNiftiHeader.ts';

type Axis = 0 | 1 | 2;

/** A walk along one voxel axis, from its first or from its last voxel. */
interface Walk {
  axis: Axis;
  isReversed: boolean;
}

/** One of the three ways to cut a volume along its voxel grid. */
export interface Cut {
  plane: Plane;
  /** The voxel axis that counts the slices. */
  through: Axis;
  /** Along which the column index of a slice grows, and its row index. */
  columns: Walk;
  rows: Walk;
}

/** Directions on the screen in patient coordinates (LPS): axis and sign. */
interface ScreenDirections {
  plane: Plane;
  through: Axis;
  right: readonly [Axis, 1 | -1];
  down: readonly [Axis, 1 | -1];
}

/**
 * Radiological convention: the reader looks from the feet or from the front, so the patient's left is on the
 * right of the picture; a sagittal slice looks to the left. Front or head is up.
 */
const screen: readonly ScreenDirections[] = [
  { plane: 'axial', through: 2, right: [0, 1], down: [1, 1] },
  { plane: 'sagittal', through: 0, right: [1, 1], down: [2, -1] },
  { plane: 'coronal', through: 1, right: [0, 1], down: [2, -1] },
];

const orders: readonly (readonly [Axis, Axis, Axis])[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/** How much coarser an axis must be to count as the one that was acquired slice by slice. */
const distinctlyCoarser = 1.2;

/**
 * The cuts of a volume along its own grid, upright: that of the acquired slices first. Nothing is
 * interpolated, so a tilted volume gives tilted slices, whose geometry says so. Each voxel axis is given to
 * the patient axis that it lies nearest to, no two to the same, so that the sum of |cosines| is largest.
 *
 * Acquired is the cut along the voxel axis with the coarsest spacing where that is at least 1.2 times the next,
 * for slices are thicker than their pixels; else along the third axis, which scanners use for slices.
 */
export function cutsOf({ affine, spacingMm }: Pick<VolumeHeader, 'affine' | 'spacingMm'>): Cut[] {
  const steps = stepsLps(affine);
  const alignment = (voxelAxis: Axis, patientAxis: Axis): number =>
    steps[voxelAxis][patientAxis] / Math.hypot(...steps[voxelAxis]);
  const fit = (order: readonly [Axis, Axis, Axis]): number =>
    Math.abs(alignment(order[0], 0)) + Math.abs(alignment(order[1], 1)) + Math.abs(alignment(order[2], 2));
  const voxelAxisOf = orders.reduce((best, order) => (fit(order) > fit(best) + 1e-9 ? order : best));
  const walk = ([patientAxis, sign]: readonly [Axis, 1 | -1]): Walk => {
    const axis = voxelAxisOf[patientAxis];
    return { axis, isReversed: alignment(axis, patientAxis) * sign < 0 };
  };
  const cuts = screen.map(({ plane, through, right, down }) => ({
    plane,
    through: voxelAxisOf[through],
    columns: walk(right),
    rows: walk(down),
  }));
  const acquired = acquisitionAxis(spacingMm);
  return cuts.sort((a, b) => Number(b.through === acquired) - Number(a.through === acquired));
}

function acquisitionAxis(spacingMm: Triple): Axis {
  const coarsest = spacingMm.indexOf(Math.max(...spacingMm)) as Axis;
  const next = Math.max(...spacingMm.filter((_, axis) => axis !== coarsest));
  return spacingMm[coarsest] >= distinctlyCoarser * next ? coarsest : 2;
}

/**
 * Where a slice lies, as DICOM says it (PS3.3 C.7.6.2.1.1): patient coordinates are LPS there and RAS in
 * NIfTI, so x and y change their signs. Without an affine the spacing is all that is known.
 *
 * @param index - voxel index along the cut's `through` axis
 */
export function geometryOf(
  cut: Cut,
  index: number,
  { affine, sizes, spacingMm }: VolumeHeader,
): SliceGeometry {
  const pixelSpacingMm = [spacingMm[cut.rows.axis], spacingMm[cut.columns.axis]] as const;
  const sliceThicknessMm = spacingMm[cut.through];
  if (affine === null) {
    return { pixelSpacingMm, sliceThicknessMm, imageOrientationPatient: null, imagePositionPatient: null };
  }
  const steps = stepsLps(affine);
  const voxel: Triple = [0, 0, 0];
  voxel[cut.through] = index;
  for (const { axis, isReversed } of [cut.columns, cut.rows]) voxel[axis] = isReversed ? sizes[axis] - 1 : 0;
  const coordinate = (patientAxis: Axis): number =>
    originLps(affine)[patientAxis] +
    steps[0][patientAxis] * voxel[0] +
    steps[1][patientAxis] * voxel[1] +
    steps[2][patientAxis] * voxel[2];
  const cosines = ({ axis, isReversed }: Walk): number[] =>
    steps[axis].map((part) => (isReversed ? 0 - part : part) / spacingMm[axis]);
  return {
    pixelSpacingMm,
    sliceThicknessMm,
    imageOrientationPatient: [...cosines(cut.columns), ...cosines(cut.rows)],
    imagePositionPatient: [coordinate(0), coordinate(1), coordinate(2)],
  };
}

/** The step in millimetres that each voxel axis makes, LPS; without an affine i, j, k are taken for R, A, S. */
function stepsLps(affine: Affine | null): readonly [Triple, Triple, Triple] {
  const [x, y, z] = affine ?? [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  // Subtracted from 0, since a minus sign would make a 0 into the -0 that JSON and people stumble over.
  const step = (axis: Axis): Triple => [0 - x[axis]!, 0 - y[axis]!, z[axis]!];
  return [step(0), step(1), step(2)];
}

function originLps([x, y, z]: Affine): Triple {
  return [-x[3]!, -y[3]!, z[3]!];
}
