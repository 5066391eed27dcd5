import dcmjs from 'dcmjs';
import { metaElements } from '../fileStart.ts';

const { DicomDict, DicomMetaDictionary } = dcmjs.data;

/** Of every object that we make. */
export const explicitLittleEndian = '1.2.840.10008.1.2.1';

/** A data set by keyword, as dcmjs takes it. */
export type NamedDataSet = Record<string, unknown> & { SOPClassUID: string; SOPInstanceUID: string };

/** Writes a data set as a file of PS3.10 in explicit little endian, its texts in UTF-8. */
export function writeObject(dataSet: NamedDataSet): Uint8Array<ArrayBuffer> {
  const file = new DicomDict(
    metaElements({
      sopClassUid: dataSet.SOPClassUID,
      sopInstanceUid: dataSet.SOPInstanceUID,
      transferSyntaxUid: explicitLittleEndian,
    }),
  );
  file.dict = DicomMetaDictionary.denaturalizeDataset({ SpecificCharacterSet: 'ISO_IR 192', ...dataSet });
  return new Uint8Array(file.write());
}
