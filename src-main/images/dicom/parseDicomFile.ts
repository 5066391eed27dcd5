import { inflateRawSync } from 'node:zlib';
import dicomParser, { type ByteStream, type DataSet, type Element } from 'dicom-parser';
import { UserError } from '../../../src-shared/errors.ts';
import { isExplicitElement, locateDataSet } from './locateDataSet.ts';
import { tags } from './tags.ts';
import { transferSyntax, type DataSetEncoding, type TransferSyntax } from './transferSyntaxes.ts';

/** A file's elements and the syntax that they and its pixels are written in. */
export interface DicomFile {
  syntax: TransferSyntax;
  /** How the data set is written in fact, which a few files contradict. */
  encoding: DataSetEncoding;
  /** File meta information: always explicit little endian. */
  meta: DataSet;
  dataSet: DataSet;
}

/** The part of the package that its type declarations leave out. */
const { DataSet: ElementSet } = dicomParser as unknown as {
  DataSet: new (
    parser: dicomParser.ByteArrayParser,
    bytes: Uint8Array,
    elements: Record<string, Element>,
  ) => DataSet;
};

const pixelTags = [tags.pixelData, tags.floatPixelData, tags.doubleFloatPixelData];
const maximumReads = 2_000_000;
const maximumInflatedBytes = 2 ** 30;

/**
 * A stream that gives up on files with an absurd number of elements, items or fragments, each of which costs far more
 * memory than its eight bytes. It also calls the 64-bit representations OV, SV and UV, which are newer than
 * dicom-parser, UN: their length is written the same way, and else all that follows one would be misread.
 */
function boundedStream(bytes: Uint8Array, offset: number, isBigEndian: boolean): ByteStream {
  const { littleEndianByteArrayParser, bigEndianByteArrayParser } = dicomParser;
  const stream = new dicomParser.ByteStream(
    isBigEndian ? bigEndianByteArrayParser : littleEndianByteArrayParser,
    bytes,
    offset,
  );
  const readUint32 = stream.readUint32.bind(stream);
  const readFixedString = stream.readFixedString.bind(stream);
  let reads = 0;
  const count = (): void => {
    if (++reads > maximumReads) throw new UserError('dicom-damaged', { reason: 'It has too many elements.' });
  };
  stream.readUint32 = () => {
    count();
    return readUint32();
  };
  stream.readFixedString = (length) => {
    count();
    const text = readFixedString(length);
    return text === 'OV' || text === 'SV' || text === 'UV' ? 'UN' : text;
  };
  return stream;
}

/** What dicom-parser threw (it throws strings, plain objects and errors), as an error that a person can act on. */
function translated(thrown: unknown): UserError {
  if (thrown instanceof UserError) return thrown;
  if (thrown instanceof RangeError) {
    return new UserError(
      'dicom-damaged',
      { reason: 'Its sequences are nested too deeply.' },
      { cause: thrown },
    );
  }
  const isPastEnd = typeof thrown === 'string' && /past end|overrun|maxP ?osition/.test(thrown);
  return isPastEnd
    ? new UserError('file-truncated', {}, { cause: thrown })
    : new UserError('dicom-damaged', { reason: 'Its elements do not fit together.' }, { cause: thrown });
}

function emptySet(stream: ByteStream): DataSet {
  const dataSet = new ElementSet(stream.byteArrayParser, stream.byteArray, {});
  dataSet.warnings = stream.warnings;
  return dataSet;
}

/** Group 0002 as far as it reads, and where it ends. */
function readMeta(bytes: Uint8Array, offset: number): { meta: DataSet; end: number } {
  const stream = boundedStream(bytes, offset, false);
  const meta = emptySet(stream);
  while (
    bytes[stream.position] === 2 &&
    bytes[stream.position + 1] === 0 &&
    stream.position + 8 <= bytes.length
  ) {
    const element = dicomParser.readDicomElementExplicit(stream, meta.warnings);
    if (stream.position <= bytes.length) meta.elements[element.tag] = element;
  }
  return { meta, end: stream.position };
}

/** The encoding found at `offset` where it contradicts the one that the file claims. */
function actualEncoding(claimed: DataSetEncoding, bytes: Uint8Array, offset: number): DataSetEncoding {
  if (claimed === 'deflated' || claimed === 'explicit-big') return claimed;
  return isExplicitElement(bytes, offset) ? 'explicit-little' : 'implicit-little';
}

function inflate(bytes: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(bytes, { maxOutputLength: maximumInflatedBytes });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new UserError('file-too-large', { limit: '1 GiB inflated' });
    if (code === 'Z_BUF_ERROR') throw new UserError('file-truncated', {}, { cause: error });
    throw new UserError('dicom-damaged', { reason: 'Its deflated part is damaged.' }, { cause: error });
  }
}

/** Reads elements up to the pixels; what follows them, padding or junk, is not needed. */
function readDataSet(bytes: Uint8Array, offset: number, encoding: DataSetEncoding): DataSet {
  const stream = boundedStream(bytes, offset, encoding === 'explicit-big');
  const dataSet = emptySet(stream);
  while (stream.position < bytes.length && !pixelTags.some((tag) => tag in dataSet.elements)) {
    const element =
      encoding === 'implicit-little'
        ? dicomParser.readDicomElementImplicit(stream)
        : dicomParser.readDicomElementExplicit(stream, dataSet.warnings);
    dataSet.elements[element.tag] = element;
  }
  if (stream.position > bytes.length) throw new UserError('file-truncated');
  return dataSet;
}

/** The media storage SOP class that the file meta information names; null where there is none. */
export function mediaStorageSopClass(bytes: Uint8Array): string | null {
  const location = locateDataSet(bytes);
  if (location === null) return null;
  try {
    return readMeta(bytes, location.offset).meta.string(tags.mediaStorageSopClassUid) ?? null;
  } catch {
    return null; // A damaged file is no directory; whoever opens it says what is wrong.
  }
}

/**
 * Parses all elements of a DICOM file (PS3.10) of any data set encoding. Pixels are located, not decoded.
 *
 * @throws UserError 'file-truncated', 'dicom-damaged', 'file-too-large'
 */
export function parseDicomFile(bytes: Uint8Array): DicomFile {
  const location = locateDataSet(bytes);
  if (location === null)
    throw new UserError('dicom-damaged', { reason: 'It does not begin like a DICOM file.' });
  try {
    const { meta, end } = readMeta(bytes, location.offset);
    const syntax = transferSyntax(meta.string(tags.transferSyntaxUid) ?? location.assumedTransferSyntaxUid);
    if (end >= bytes.length) throw new UserError('file-truncated');
    const encoding = actualEncoding(syntax.encoding, bytes, end);
    const dataSet =
      encoding === 'deflated'
        ? readDataSet(inflate(bytes.subarray(end)), 0, 'explicit-little')
        : readDataSet(bytes, end, encoding);
    return { syntax, encoding, meta, dataSet };
  } catch (thrown) {
    throw translated(thrown);
  }
}
