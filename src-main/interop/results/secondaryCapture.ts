import type { AnalysedInstance, Making, ResultObject } from './AnalysedInstance.ts';
import { makingModules, researchNotice, studyModules } from './commonModules.ts';
import { drawCapture } from './drawCapture.ts';
import { captureUids } from './resultUids.ts';
import { writeObject } from './writeObject.ts';

const secondaryCaptureStorage = '1.2.840.10008.5.1.4.1.1.7';
/** Far behind an examination's own series. */
const seriesNumber = 9001;

/**
 * A slice under its heatmap as a Secondary Capture image (PS3.3 A.8.1), 8-bit RGB, in the source's study. The notice is
 * burned into the pixels, since viewers drop what stands in headers.
 *
 * @throws UserError 'invalid-window' where the slice spans no usable range
 */
export async function secondaryCapture(analysed: AnalysedInstance, making: Making): Promise<ResultObject> {
  const { instance, slice, model } = analysed;
  const uids = captureUids(analysed);
  const picture = await drawCapture(analysed);
  const bytes = writeObject({
    SOPClassUID: secondaryCaptureStorage,
    SOPInstanceUID: uids.instance,
    ...studyModules(instance),
    ...makingModules(making),
    Modality: instance.modality ?? 'OT',
    SeriesInstanceUID: uids.series,
    SeriesNumber: seriesNumber,
    SeriesDescription: `${researchNotice}: ${model.name}`.slice(0, 64),
    ConversionType: 'WSD',
    InstanceNumber: (instance.instanceNumber ?? 1) * 1000 + (slice.frame ?? 0),
    PatientOrientation: '',
    ...bodyPart(slice.attributes.bodyPartExamined),
    ImageType: ['DERIVED', 'SECONDARY'],
    BurnedInAnnotation: 'YES',
    DerivationDescription: `${researchNotice}: ${analysed.analysis.heatmap?.method ?? 'no map'} of ${model.name}`,
    SourceImageSequence: [
      {
        ReferencedSOPClassUID: instance.sopClassUid,
        ReferencedSOPInstanceUID: instance.sopInstanceUid,
        ...(slice.frame !== null && { ReferencedFrameNumber: slice.frame + 1 }),
      },
    ],
    SamplesPerPixel: 3,
    PhotometricInterpretation: 'RGB',
    PlanarConfiguration: 0,
    Rows: picture.rows,
    Columns: picture.columns,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    PixelData: [evenLength(picture.values).buffer],
    _vrMap: { PixelData: 'OB' },
  });
  return {
    kind: 'secondary-capture',
    sopClassUid: secondaryCaptureStorage,
    sopInstanceUid: uids.instance,
    seriesInstanceUid: uids.series,
    studyInstanceUid: instance.studyInstanceUid,
    bytes,
  };
}

/** Where the source does not say its part, nobody may take it for an unpaired one: an empty laterality says unknown. */
function bodyPart(bodyPartExamined: string | null): Record<string, string> {
  return bodyPartExamined === null ? { Laterality: '' } : { BodyPartExamined: bodyPartExamined };
}

/** Values have an even number of bytes (PS3.5 7.1). */
function evenLength(values: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (values.length % 2 === 0) return values;
  const padded = new Uint8Array(values.length + 1);
  padded.set(values);
  return padded;
}
