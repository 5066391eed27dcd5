import { expect, test } from 'vitest';
import { encodeNpy } from './encodeNpy.ts';

test('writes what numpy.save writes, byte for byte', () => {
  // numpy 2: np.save(file, np.array([[1, -2.5, 3e-4], [0, 1e9, 0.1]], dtype='<f4'))
  const bytes = encodeNpy(Float32Array.of(1, -2.5, 3e-4, 0, 1e9, 0.1), { rows: 2, columns: 3 });
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
  expect(Buffer.from(bytes.subarray(0, 10)).toString('latin1')).toBe('\x93NUMPY\x01\x00\x76\x00');
  expect(Buffer.from(bytes.subarray(10, 128)).toString('latin1')).toBe(`${header.padEnd(117)}\n`);
  expect(Buffer.from(bytes.subarray(128)).toString('hex')).toBe(
    '0000803f000020c052499d390000000028' + '6b6e4ecdcccc3d',
  );
});

test('refuses numbers that do not fill the matrix', () => {
  expect(() => encodeNpy(new Float32Array(5), { rows: 2, columns: 3 })).toThrow(RangeError);
});
