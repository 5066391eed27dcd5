/** How the data set is written around the pixels. */
export type DataSetEncoding = 'implicit-little' | 'explicit-little' | 'explicit-big' | 'deflated';

/** The decoder that a frame needs; each but 'none' is a file of `codecs/`. */
export type CodecName =
  'none' | 'rle' | 'jpeg-baseline' | 'jpeg-extended' | 'jpeg-lossless' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k';

export interface TransferSyntax {
  uid: string;
  name: string;
  encoding: DataSetEncoding;
  /** Null where we have no decoder. */
  codec: CodecName | null;
}

type Row = [suffix: string, name: string, codec: CodecName | null, encoding?: DataSetEncoding];

const root = '1.2.840.10008.1.2';

/** The syntaxes of DICOM PS3.6 table A-1 that a file of images may come in; `suffix` follows the common root. */
const rows: Row[] = [
  ['', 'Implicit VR Little Endian', 'none', 'implicit-little'],
  ['.1', 'Explicit VR Little Endian', 'none'],
  ['.1.98', 'Encapsulated Uncompressed Explicit VR Little Endian', 'none'],
  ['.1.99', 'Deflated Explicit VR Little Endian', 'none', 'deflated'],
  ['.2', 'Explicit VR Big Endian', 'none', 'explicit-big'],
  ['.5', 'RLE Lossless', 'rle'],
  ['.4.50', 'JPEG Baseline (Process 1)', 'jpeg-baseline'],
  ['.4.51', 'JPEG Extended (Process 2 & 4)', 'jpeg-extended'],
  ['.4.57', 'JPEG Lossless (Process 14)', 'jpeg-lossless'],
  ['.4.70', 'JPEG Lossless (Process 14, Selection Value 1)', 'jpeg-lossless'],
  ['.4.80', 'JPEG-LS Lossless', 'jpeg-ls'],
  ['.4.81', 'JPEG-LS Near-Lossless', 'jpeg-ls'],
  ['.4.90', 'JPEG 2000 Lossless', 'jpeg-2000'],
  ['.4.91', 'JPEG 2000', 'jpeg-2000'],
  ['.4.92', 'JPEG 2000 Part 2 Multi-component Lossless', null],
  ['.4.93', 'JPEG 2000 Part 2 Multi-component', null],
  ['.4.94', 'JPIP Referenced', null],
  ['.4.95', 'JPIP Referenced Deflate', null],
  ['.4.100', 'MPEG2 Main Profile / Main Level', null],
  ['.4.101', 'MPEG2 Main Profile / High Level', null],
  ['.4.102', 'MPEG-4 AVC/H.264 High Profile / Level 4.1', null],
  ['.4.103', 'MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1', null],
  ['.4.104', 'MPEG-4 AVC/H.264 High Profile / Level 4.2 for 2D Video', null],
  ['.4.105', 'MPEG-4 AVC/H.264 High Profile / Level 4.2 for 3D Video', null],
  ['.4.106', 'MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2', null],
  ['.4.107', 'HEVC/H.265 Main Profile / Level 5.1', null],
  ['.4.108', 'HEVC/H.265 Main 10 Profile / Level 5.1', null],
  ['.4.110', 'JPEG XL Lossless', null],
  ['.4.111', 'JPEG XL JPEG Recompression', null],
  ['.4.112', 'JPEG XL', null],
  ['.4.201', 'HTJ2K Lossless', 'htj2k'],
  ['.4.202', 'HTJ2K Lossless RPCL', 'htj2k'],
  ['.4.203', 'HTJ2K', 'htj2k'],
  ['.4.204', 'JPIP HTJ2K Referenced', null],
  ['.4.205', 'JPIP HTJ2K Referenced Deflate', null],
];

const known = new Map(
  rows.map(([suffix, name, codec, encoding = 'explicit-little']): [string, TransferSyntax] => [
    root + suffix,
    { uid: root + suffix, name, encoding, codec },
  ]),
);

/** The transfer syntax of a UID; an unknown one is called by its UID and has no decoder. */
export function transferSyntax(uid: string): TransferSyntax {
  return known.get(uid) ?? { uid, name: uid || 'unknown', encoding: 'explicit-little', codec: null };
}

/** The syntaxes of files that have no meta information to name theirs. */
export const defaultTransferSyntaxUid = {
  implicit: root,
  explicitLittle: `${root}.1`,
  explicitBig: `${root}.2`,
};
