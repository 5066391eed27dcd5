import type { DataSet, Element } from 'dicom-parser';
import { tags } from '../tags.ts';
import type { NewElement } from './writeDataSet.ts';

const pixelTags: readonly string[] = [tags.pixelData, tags.floatPixelData, tags.doubleFloatPixelData];

/** The pixels of a data set, byte for byte; null where it has none. */
export function pixelElement(dataSet: DataSet): NewElement | null {
  const element = pixelTags.map((tag) => dataSet.elements[tag]).find((found) => found !== undefined);
  if (element === undefined) return null;
  const { tag, vr, dataOffset, length } = element;
  const usual = tag === tags.pixelData ? 'OW' : tag === tags.floatPixelData ? 'OF' : 'OD';
  const representation = vr === undefined || vr === 'UN' ? usual : vr;
  if (element.fragments === undefined)
    return { tag, representation, value: dataSet.byteArray.subarray(dataOffset, dataOffset + length) };
  return { tag, representation: 'OB', value: { fragments: fragmentsOf(element, dataSet.byteArray) } };
}

/** The offset table and the fragments, as the items that they are in the file. */
function fragmentsOf({ dataOffset, fragments = [] }: Element, bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tableLength = view.getUint32(dataOffset + 4, true);
  const table = bytes.subarray(dataOffset + 8, dataOffset + 8 + tableLength);
  const hex = (at: number): string => view.getUint16(at, true).toString(16).padStart(4, '0');
  // dicom-parser takes what stands in the place of a missing delimiter for a fragment.
  const items = fragments.filter(({ position }) => `x${hex(position - 8)}${hex(position - 6)}` === tags.item);
  return [table, ...items.map(({ position, length }) => bytes.subarray(position, position + length))];
}

/** The tags that `pixelElement` takes care of. */
export function isPixelTag(tag: string): boolean {
  return pixelTags.includes(tag);
}
