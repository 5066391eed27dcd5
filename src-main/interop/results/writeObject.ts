import dcmjs from 'dcmjs';

const { DicomDict, DicomMetaDictionary } = dcmjs.data;
const explicitLittleEndian = '1.2.840.10008.1.2.1';
/** Ours, from a random UUID (PS3.5 B.2). */
const implementationClassUid = '2.25.171471844249801608480661841526664184565';

/** A data set by keyword, as dcmjs takes it. */
export type NamedDataSet = Record<string, unknown> & { SOPClassUID: string; SOPInstanceUID: string };

/** Writes a data set as a file of PS3.10 in explicit little endian, its texts in UTF-8. */
export function writeObject(dataSet: NamedDataSet): Uint8Array<ArrayBuffer> {
  const meta = (vr: string, value: string | ArrayBuffer) => ({ vr, Value: [value] });
  const file = new DicomDict({
    '00020001': meta('OB', Uint8Array.of(0, 1).buffer),
    '00020002': meta('UI', dataSet.SOPClassUID),
    '00020003': meta('UI', dataSet.SOPInstanceUID),
    '00020010': meta('UI', explicitLittleEndian),
    '00020012': meta('UI', implementationClassUid),
    '00020013': meta('SH', 'BRATUM'),
  });
  file.dict = DicomMetaDictionary.denaturalizeDataset({ SpecificCharacterSet: 'ISO_IR 192', ...dataSet });
  return new Uint8Array(file.write());
}
