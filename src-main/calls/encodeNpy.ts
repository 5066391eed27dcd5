/**
 * A matrix of float32 as a NumPy file, version 1.0: magic, a header in ASCII padded so that the numbers begin at a
 * multiple of 64 bytes, and the numbers, little-endian, row after row
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 *
 * @param values - [row][column]
 */
export function encodeNpy(
  values: Float32Array,
  { rows, columns }: { rows: number; columns: number },
): Uint8Array<ArrayBuffer> {
  if (values.length !== rows * columns)
    throw new RangeError(`${values.length} values for ${rows} × ${columns}`);
  const description = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const start = Math.ceil((10 + description.length + 1) / 64) * 64;
  const header = `${description.padEnd(start - 11)}\n`;
  const bytes = new Uint8Array(start + 4 * values.length);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0]);
  const view = new DataView(bytes.buffer);
  view.setUint16(8, header.length, true);
  bytes.set(new TextEncoder().encode(header), 10);
  values.forEach((value, i) => view.setFloat32(start + 4 * i, value, true));
  return bytes;
}
