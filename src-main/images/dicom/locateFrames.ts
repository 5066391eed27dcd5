import type { Element, Fragment } from 'dicom-parser';
import { UserError } from '../../../src-shared/errors.ts';
import type { ElementReader } from './ElementReader.ts';
import { frameLength, type PixelFormat } from './readPixelFormat.ts';
import { tags, type Keyword } from './tags.ts';
import type { TransferSyntax } from './transferSyntaxes.ts';

/**
 * The stored bytes of one frame.
 *
 * @throws UserError 'file-truncated', 'dicom-damaged'
 */
export type FrameBytes = (frame: number) => Uint8Array;

/** A stretch of fragments, end excluded. */
type FragmentRange = readonly [start: number, end: number];

const pixelKeywords: readonly Keyword[] = ['pixelData', 'floatPixelData', 'doubleFloatPixelData'];

/**
 * Finds the frames of a file without copying or decoding any (PS3.5 8 and A.4).
 *
 * @throws UserError 'file-truncated', 'dicom-wrong-pixel-length', 'dicom-damaged' where it is plain already that some
 *   frame cannot be read
 */
export function locateFrames(
  elements: ElementReader,
  format: PixelFormat,
  syntax: TransferSyntax,
): FrameBytes {
  const element = pixelKeywords.map((keyword) => elements.dataSet.elements[tags[keyword]]).find(Boolean);
  if (element === undefined) throw new UserError('dicom-no-pixel-data');
  const bytes = elements.dataSet.byteArray;
  if (element.fragments !== undefined) return encapsulatedFrames(elements, element, format, bytes);
  if (syntax.codec !== 'none') {
    throw new UserError('dicom-damaged', { reason: 'Its compressed pixels are not in fragments.' });
  }
  return nativeFrames(element, format, bytes);
}

function nativeFrames({ dataOffset, length }: Element, format: PixelFormat, bytes: Uint8Array): FrameBytes {
  const frameBytes = frameLength(format);
  const expected = frameBytes * format.frames;
  if (dataOffset + length > bytes.length) throw new UserError('file-truncated');
  if (length < expected) throw new UserError('dicom-wrong-pixel-length', { expected, found: length });
  return (frame) => bytes.subarray(dataOffset + frame * frameBytes, dataOffset + (frame + 1) * frameBytes);
}

function encapsulatedFrames(
  elements: ElementReader,
  element: Element,
  { frames }: PixelFormat,
  bytes: Uint8Array,
): FrameBytes {
  const fragments = element.fragments ?? [];
  if (fragments.length === 0) throw new UserError('dicom-no-pixel-data');
  const offsets = extendedOffsets(elements) ?? element.basicOffsetTable ?? [];
  const ranges =
    rangesOfCounts(fragments, frames) ??
    rangesAt(fragments, frames, offsets) ??
    rangesByStart(fragments, frames, bytes);
  if (ranges === null) {
    throw new UserError('dicom-damaged', {
      reason: `It has ${fragments.length} fragments for ${frames} frames.`,
    });
  }
  return (frame) => {
    const parts = fragments.slice(...(ranges[frame] ?? [0, 0]));
    if (parts.some(({ position, length }) => position + length > bytes.length))
      throw new UserError('file-truncated');
    return joined(parts.map(({ position, length }) => bytes.subarray(position, position + length)));
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** One frame owns all fragments; as many fragments as frames are one each. */
function rangesOfCounts({ length }: readonly Fragment[], frames: number): FragmentRange[] | null {
  if (frames === 1) return [[0, length]];
  return length === frames ? Array.from({ length }, (_, i) => [i, i + 1]) : null;
}

/** Frames that begin at the fragments of an offset table; null where it does not fit the fragments. */
function rangesAt(
  fragments: readonly Fragment[],
  frames: number,
  offsets: readonly number[],
): FragmentRange[] | null {
  const indexOf = new Map(fragments.map(({ offset }, index) => [offset, index]));
  const starts = offsets.map((offset) => indexOf.get(offset) ?? -1);
  return rangesFrom(starts, fragments.length, frames);
}

/** Frames that begin where a fragment opens a new JPEG (SOI) or JPEG 2000 (SOC) stream. */
function rangesByStart(
  fragments: readonly Fragment[],
  frames: number,
  bytes: Uint8Array,
): FragmentRange[] | null {
  const starts = fragments.flatMap(({ position }, index) => {
    const marker = ((bytes[position] ?? 0) << 8) | (bytes[position + 1] ?? 0);
    return marker === 0xffd8 || marker === 0xff4f ? [index] : [];
  });
  return rangesFrom(starts, fragments.length, frames);
}

function rangesFrom(starts: readonly number[], end: number, frames: number): FragmentRange[] | null {
  const isFitting = starts.length === frames && starts[0] === 0;
  const ranges = starts.map((start, i): FragmentRange => [start, starts[i + 1] ?? end]);
  return isFitting && ranges.every(([from, to]) => from < to) ? ranges : null;
}

/** The extended offset table (PS3.3 C.7.6.3.1.8), 64-bit little endian; null where absent. */
function extendedOffsets(elements: ElementReader): number[] | null {
  const table = elements.bytes('extendedOffsetTable');
  if (table === null) return null;
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  return Array.from({ length: Math.floor(table.length / 8) }, (_, i) =>
    Number(view.getBigUint64(8 * i, true)),
  );
}
