import dcmjs from 'dcmjs';

const { DicomDict } = dcmjs.data;
/** Ours, from a random UUID (PS3.5 B.2). */
const implementationClassUid = '2.25.171471844249801608480661841526664184565';

/** What a file of PS3.10 says before its data set. */
export interface FileMeta {
  sopClassUid: string;
  sopInstanceUid: string;
  transferSyntaxUid: string;
}

/** The elements of file meta information, as dcmjs takes them. */
export function metaElements({ sopClassUid, sopInstanceUid, transferSyntaxUid }: FileMeta) {
  const element = (vr: string, value: string | ArrayBuffer) => ({ vr, Value: [value] });
  return {
    '00020001': element('OB', Uint8Array.of(0, 1).buffer),
    '00020002': element('UI', sopClassUid),
    '00020003': element('UI', sopInstanceUid),
    '00020010': element('UI', transferSyntaxUid),
    '00020012': element('UI', implementationClassUid),
    '00020013': element('SH', 'BRATUM'),
  };
}

/** Preamble, prefix and file meta information, to go before a data set that came over a network. */
export function fileStart(meta: FileMeta): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new DicomDict(metaElements(meta)).write());
}
