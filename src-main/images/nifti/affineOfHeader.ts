import type { NIFTI1, NIFTI2 } from 'nifti-reader-js';

export type Triple = [number, number, number];

/** [row][column], 3 × 4: columns are the steps along i, j and k, and the place of the first voxel. */
export type Affine = readonly [readonly number[], readonly number[], readonly number[]];

/** Millimetres per unit of `xyzt_units`: metres, millimetres, micrometres; unknown counts as millimetres. */
const mmPerUnit: Readonly<Record<number, number>> = { 1: 1000, 2: 1, 3: 0.001 };

const spatialUnits = 7;

/**
 * The map from voxel indices to patient coordinates: millimetres, RAS (x to the right, y to the front, z to
 * the head), as nifti1.h defines it.
 *
 * Where both are given, the one with the higher code wins and the sform on a tie. The qform is a rotation by
 * the unit quaternion (a, b, c, d) with a = √(1 − b² − c² − d²); where rounding makes that sum exceed 1, as
 * in many a sagittal scan, the three are scaled back to length 1 and a is 0 (`nifti_quatern_to_mat44`).
 *
 * @returns null where neither form is given or usable; nothing is then known about left and right
 */
export function affineOfHeader(header: NIFTI1 | NIFTI2): Affine | null {
  const { sform_code: sform, qform_code: qform } = header;
  const scale = unitMm(header);
  const candidates = [
    ...(sform > 0 && sform >= qform ? [header.affine] : []),
    ...(qform > 0 ? [qformAffine(header)] : []),
  ];
  const usable = candidates.find(isUsable);
  if (usable === undefined) return null;
  const [x, y, z] = usable.map((row) => row.map((value) => value * scale));
  return [x!, y!, z!];
}

/** Size of a voxel along i, j and k in millimetres: from the affine, else from `pixdim`, else 1. */
export function spacingOf(header: NIFTI1 | NIFTI2, affine: Affine | null): Triple {
  const along = (axis: number): number => {
    if (affine !== null) return Math.hypot(...affine.map((row) => row[axis]!));
    const size = Math.abs(header.pixDims[axis + 1] ?? 0) * unitMm(header);
    return size > 0 && Number.isFinite(size) ? size : 1;
  };
  return [along(0), along(1), along(2)];
}

function unitMm({ xyzt_units: units }: NIFTI1 | NIFTI2): number {
  return mmPerUnit[units & spatialUnits] ?? 1;
}

function qformAffine(header: NIFTI1 | NIFTI2): Affine {
  let { quatern_b: b, quatern_c: c, quatern_d: d } = header;
  const rest = 1 - (b * b + c * c + d * d);
  const a = rest > 1e-7 ? Math.sqrt(rest) : 0;
  if (a === 0) {
    const length = Math.hypot(b, c, d);
    [b, c, d] = [b / length, c / length, d / length];
  }
  const [qfac = 1, di = 0, dj = 0, dk = 0] = header.pixDims;
  const k = qfac < 0 ? -dk : dk;
  const { qoffset_x: x, qoffset_y: y, qoffset_z: z } = header;
  return [
    [(a * a + b * b - c * c - d * d) * di, 2 * (b * c - a * d) * dj, 2 * (b * d + a * c) * k, x],
    [2 * (b * c + a * d) * di, (a * a + c * c - b * b - d * d) * dj, 2 * (c * d - a * b) * k, y],
    [2 * (b * d - a * c) * di, 2 * (c * d + a * b) * dj, (a * a + d * d - c * c - b * b) * k, z],
  ];
}

/** Finite, and its three steps span a space of at least a thousandth of the box they would span at right angles. */
function isUsable(affine: readonly (readonly number[])[]): boolean {
  const rows = affine.slice(0, 3);
  if (!rows.flat().every(Number.isFinite)) return false;
  const [[a, b, c], [d, e, f], [g, h, i]] = rows as [Triple, Triple, Triple];
  const volume = Math.abs(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g));
  const box = Math.hypot(a, d, g) * Math.hypot(b, e, h) * Math.hypot(c, f, i);
  return box > 0 && volume > 1e-3 * box;
}
