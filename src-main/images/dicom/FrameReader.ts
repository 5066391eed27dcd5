import type { DisplayWindow, FileWindow, SliceGeometry } from '../../../src-shared/domain/slice.ts';
import { tidyText, type ElementReader } from './ElementReader.ts';
import type { Keyword } from './tags.ts';

/**
 * Reads what may differ from frame to frame: in an enhanced multi-frame file from the frame's functional groups, else
 * from those that all frames share (PS3.3 C.7.6.16), else from the file itself, as classic files have it.
 */
export class FrameReader {
  private readonly file: ElementReader;
  private readonly shared: ElementReader | undefined;
  private readonly perFrame: readonly ElementReader[];

  constructor(file: ElementReader) {
    this.file = file;
    this.shared = file.items('sharedFunctionalGroupsSequence')[0];
    this.perFrame = file.items('perFrameFunctionalGroupsSequence');
  }

  geometry(frame: number): SliceGeometry {
    const measures = this.group(frame, 'pixelMeasuresSequence');
    const thickness = measures.number('sliceThickness');
    return {
      pixelSpacingMm: spacing(measures.numbers('pixelSpacing')),
      imageOrientationPatient: orientation(
        this.group(frame, 'planeOrientationSequence').numbers('imageOrientationPatient'),
      ),
      imagePositionPatient: position(
        this.group(frame, 'planePositionSequence').numbers('imagePositionPatient'),
      ),
      sliceThicknessMm: thickness !== null && thickness > 0 ? thickness : null,
    };
  }

  /** Rescale slope and intercept (PS3.3 C.11.1.1.2); 1 and 0 where absent or without effect. */
  rescale(frame: number): { slope: number; intercept: number } {
    const group = this.group(frame, 'pixelValueTransformationSequence');
    return { slope: group.number('rescaleSlope') || 1, intercept: group.number('rescaleIntercept') ?? 0 };
  }

  /**
   * The first window that the file asks for, null where it is not usable: LINEAR needs a width above 1 (PS3.3
   * C.11.2.1.2.1). A SIGMOID function is displayed as the line through the same centre and width.
   */
  window(frame: number): DisplayWindow | null {
    const group = this.group(frame, 'frameVoiLutSequence');
    const [center, width] = [group.number('windowCenter'), group.number('windowWidth')];
    return center !== null && width !== null && width > 1 ? { center, width } : null;
  }

  /** All windows that can be used, in the file's order, each with its explanation if it has one. */
  windows(frame: number): FileWindow[] {
    const group = this.group(frame, 'frameVoiLutSequence');
    const [centers, widths] = [group.numbers('windowCenter'), group.numbers('windowWidth')];
    const explanations = group.texts('windowCenterWidthExplanation');
    return centers.flatMap((center, index) => {
      const width = widths[index] ?? 0;
      const name = tidyText(explanations[index] ?? '');
      return width > 1 ? [{ name: name === '' ? null : name, window: { center, width } }] : [];
    });
  }

  private group(frame: number, keyword: Keyword): ElementReader {
    return this.perFrame[frame]?.items(keyword)[0] ?? this.shared?.items(keyword)[0] ?? this.file;
  }
}

function spacing([betweenRows, betweenColumns]: number[]): SliceGeometry['pixelSpacingMm'] {
  if (betweenRows === undefined || betweenColumns === undefined) return null;
  return betweenRows > 0 && betweenColumns > 0 ? [betweenRows, betweenColumns] : null;
}

function position([x, y, z]: number[]): SliceGeometry['imagePositionPatient'] {
  return x === undefined || y === undefined || z === undefined ? null : [x, y, z];
}

/** Two unit vectors at a right angle, within the rounding of decimal strings; anything else says nothing. */
function orientation(cosines: number[]): SliceGeometry['imageOrientationPatient'] {
  if (cosines.length !== 6) return null;
  const [row, column] = [cosines.slice(0, 3), cosines.slice(3)];
  const dot = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  const tolerance = 0.01;
  const isOrthonormal =
    Math.abs(dot(row, row) - 1) < tolerance &&
    Math.abs(dot(column, column) - 1) < tolerance &&
    Math.abs(dot(row, column)) < tolerance;
  return isOrthonormal ? cosines : null;
}
