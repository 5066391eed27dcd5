import type { Plane } from './plane.ts';

/** Stored values of a slice at full depth, [row][column]. */
export type Samples =
  | Uint8Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>;

/** A linear display window in modality values (DICOM PS3.3 C.11.2.1.2); `width` exceeds 1 for integer data. */
export interface DisplayWindow {
  center: number;
  width: number;
}

/** A display window that a file offers, with what it says it is for. */
export interface FileWindow {
  name: string | null;
  window: DisplayWindow;
}

/** How an MR or CT slice was acquired, each where the file says it. */
export interface AcquisitionParameters {
  repetitionTimeMs: number | null;
  echoTimeMs: number | null;
  inversionTimeMs: number | null;
  flipAngleDegrees: number | null;
  magneticFieldStrengthT: number | null;
  peakVoltageKv: number | null;
}

export type FileFormat = 'dicom' | 'png' | 'jpeg' | 'tiff' | 'webp' | 'bmp' | 'nifti';

/** Identifiers and descriptions by DICOM keyword in camelCase; null where the file does not say. */
export interface DicomAttributes {
  sopInstanceUid: string | null;
  seriesInstanceUid: string | null;
  studyInstanceUid: string | null;
  frameOfReferenceUid: string | null;
  patientId: string | null;
  /** Who gave the patient ID; the same ID of two hospitals is two patients. */
  issuerOfPatientId: string | null;
  patientName: string | null;
  patientBirthDate: string | null;
  patientSex: string | null;
  studyDate: string | null;
  studyDescription: string | null;
  seriesDescription: string | null;
  seriesNumber: number | null;
  instanceNumber: number | null;
  modality: string | null;
  bodyPartExamined: string | null;
  manufacturer: string | null;
  burnedInAnnotation: string | null;
  lossyImageCompression: string | null;
}

/** Where a slice lies in the patient; null where the file has no geometry. */
export interface SliceGeometry {
  /** [between rows, between columns], DICOM PixelSpacing. */
  pixelSpacingMm: readonly [number, number] | null;
  /** Direction cosines of a row, then of a column, in patient coordinates (LPS). */
  imageOrientationPatient: readonly number[] | null;
  /** Centre of the first pixel in patient coordinates (LPS), millimetres. */
  imagePositionPatient: readonly [number, number, number] | null;
  sliceThicknessMm: number | null;
}

/** Everything about a slice but its samples. */
export interface SliceHeader {
  /** The file's base name; full paths stay on the main side. */
  fileName: string;
  format: FileFormat;
  /** 0-based frame of a multi-frame file, 0-based slice of a volume, or null for a file of one picture. */
  frame: number | null;
  /** For volumes: the plane that this slice was cut in. */
  volumePlane: Plane | null;
  /** True for the slices of a volume that are cut across the acquisition planes. */
  isReformatted: boolean;
  rows: number;
  columns: number;
  bitsStored: number;
  /** Modality value = stored value × slope + intercept (DICOM PS3.3 C.11.1.1.2). */
  rescaleSlope: number;
  rescaleIntercept: number;
  /** True for MONOCHROME1, where the smallest value is displayed white. */
  isInverted: boolean;
  /** The window that the file asks for; null where absent or not usable. */
  window: DisplayWindow | null;
  /** All windows of a DICOM file, `window` the first; absent where it has none, and in slices stored before. */
  fileWindows?: readonly FileWindow[];
  /** Absent for pictures without such a header, and in slices stored before. */
  acquisition?: AcquisitionParameters;
  geometry: SliceGeometry;
  attributes: DicomAttributes;
  transferSyntaxUid: string | null;
}

/** One 2-D grey image with its geometry if known. Colour sources were reduced to grey when read. */
export interface Slice extends SliceHeader {
  samples: Samples;
}

/** Attributes of a picture that carries none. */
export const noAttributes: DicomAttributes = {
  sopInstanceUid: null,
  seriesInstanceUid: null,
  studyInstanceUid: null,
  frameOfReferenceUid: null,
  patientId: null,
  issuerOfPatientId: null,
  patientName: null,
  patientBirthDate: null,
  patientSex: null,
  studyDate: null,
  studyDescription: null,
  seriesDescription: null,
  seriesNumber: null,
  instanceNumber: null,
  modality: null,
  bodyPartExamined: null,
  manufacturer: null,
  burnedInAnnotation: null,
  lossyImageCompression: null,
};

/** Geometry of a picture that carries none. */
export const noGeometry: SliceGeometry = {
  pixelSpacingMm: null,
  imageOrientationPatient: null,
  imagePositionPatient: null,
  sliceThicknessMm: null,
};

/**
 * What a plain 8-bit grey picture says of itself: no frames, no rescale, no window, no geometry, no identifiers.
 * The readers of pictures and the tests fill in the rest.
 */
export const plainPicture: Omit<SliceHeader, 'fileName' | 'format' | 'rows' | 'columns'> = {
  frame: null,
  volumePlane: null,
  isReformatted: false,
  bitsStored: 8,
  rescaleSlope: 1,
  rescaleIntercept: 0,
  isInverted: false,
  window: null,
  geometry: noGeometry,
  attributes: noAttributes,
  transferSyntaxUid: null,
};
