import type { SliceGeometry } from '../../src-shared/domain/slice.ts';
import { usableSpacingMm } from '../../src-shared/imaging/usableSpacingMm.ts';
import { invert, mapDirection, type Affine, type Point } from './affine.ts';

/** Which way the patient lies, at each edge of the viewport. */
export interface EdgeLetters {
  left: string;
  top: string;
  right: string;
  bottom: string;
}

/** Letters for the negative and the positive end of each patient axis: x to the left, y to the back, z to the head. */
const axisLetters = [
  ['R', 'L'],
  ['A', 'P'],
  ['F', 'H'],
] as const;

/** The sine of 15°: a smaller tilt is not worth a second letter. */
const leastComponent = 0.259;

/**
 * Letters of a direction in patient coordinates, the strongest first: "A", or "AH" for a tilt of 15° and more.
 *
 * The abbreviations of DICOM PS3.3 C.7.6.1.1.1 (Patient Orientation): R, L, A, P, F (feet), H (head).
 *
 * @param direction - unit vector in patient coordinates (LPS)
 */
export function directionLetters(direction: readonly number[]): string {
  return axisLetters
    .map(([negative, positive], axis) => {
      const component = direction[axis] ?? 0;
      return { letter: component < 0 ? negative : positive, size: Math.abs(component) };
    })
    .filter(({ size }) => size >= leastComponent)
    .sort((one, other) => other.size - one.size)
    .map(({ letter }) => letter)
    .join('');
}

/** The direction cosines, or null where they are absent or are not two unit vectors at a right angle. */
function usableCosines({ imageOrientationPatient: cosines }: SliceGeometry): readonly number[] | null {
  if (cosines?.length !== 6) return null;
  const along = (first: number, second: number): number =>
    [0, 1, 2].reduce((sum, axis) => sum + cosines[first + axis]! * cosines[second + axis]!, 0);
  const isNear = (value: number, wanted: number): boolean => Math.abs(value - wanted) < 0.01;
  return isNear(along(0, 0), 1) && isNear(along(3, 3), 1) && isNear(along(0, 3), 0) ? cosines : null;
}

/**
 * What the edges of the viewport point at.
 *
 *     patient(d) = dx · spacingX · X + dy · spacingY · Y,  d = screen direction carried into the picture
 *
 * `X` and `Y` are the direction cosines of a row and of a column (DICOM PS3.3 C.7.6.2.1.1), so the letters
 * follow turning and mirroring by themselves.
 *
 * @returns null for a picture without a usable orientation
 */
export function edgeLetters(geometry: SliceGeometry, imageToScreen: Affine): EdgeLetters | null {
  const cosines = usableCosines(geometry);
  if (cosines === null) return null;
  const [rowSpacing, columnSpacing] = usableSpacingMm(geometry) ?? [1, 1];
  const screenToImage = invert(imageToScreen);
  const lettersTowards = (screen: Point): string => {
    const image = mapDirection(screenToImage, screen);
    const patient = [0, 1, 2].map(
      (axis) => image.x * columnSpacing * cosines[axis]! + image.y * rowSpacing * cosines[3 + axis]!,
    );
    const length = Math.hypot(...patient);
    return directionLetters(patient.map((component) => component / length));
  };
  return {
    left: lettersTowards({ x: -1, y: 0 }),
    top: lettersTowards({ x: 0, y: -1 }),
    right: lettersTowards({ x: 1, y: 0 }),
    bottom: lettersTowards({ x: 0, y: 1 }),
  };
}
