import type { Samples, Slice } from '../../src-shared/domain/slice.ts';

const arrayTypes = {
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
} as const;

/** The name of a typed array class, as the store spells it. */
export type SampleType = keyof typeof arrayTypes;

/** Which of the sample types an array has. */
export function sampleTypeOf(samples: Samples): SampleType {
  const name = samples.constructor.name;
  if (!Object.hasOwn(arrayTypes, name)) throw new TypeError(`samples cannot be a ${name}`);
  return name as SampleType;
}

/**
 * The samples of a slice as they are stored: little endian, as every platform that we run on has them.
 *
 * @throws RangeError when there are not rows × columns of them, which could never be read back
 */
export function bytesOf({ rows, columns, samples }: Slice): Uint8Array<ArrayBuffer> {
  if (samples.length !== rows * columns) {
    throw new RangeError(`${samples.length} samples are not ${rows} × ${columns}`);
  }
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}

/** How many bytes a picture takes. */
export function storedLength(type: SampleType, count: number): number {
  return count * arrayTypes[type].BYTES_PER_ELEMENT;
}

/** The inverse of `bytesOf`; `bytes` must own its buffer, which becomes the array's. */
export function samplesFrom(type: SampleType, bytes: Uint8Array<ArrayBuffer>): Samples {
  return new arrayTypes[type](bytes.buffer);
}
