import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Plane } from '../../../src-shared/domain/plane.ts';
import type { Slice, SliceHeader } from '../../../src-shared/domain/slice.ts';
import { planeOfOrientation } from '../../../src-shared/imaging/planeOfOrientation.ts';
import { rangeOfWindow } from '../../../src-shared/imaging/windowRange.ts';
import { writeNifti, type NiftiFields } from '../../../tests/fixtures/images/writeNifti.ts';
import { openImageFile } from '../openImageFile.ts';

const int16 = {
  datatype: 4,
  bytesPerVoxel: 2,
  write: (view: DataView, at: number, index: number, little: boolean) => view.setInt16(at, index, little),
};

type Point = readonly [number, number, number];

/** The patient coordinates (LPS) of a pixel, by DICOM PS3.3 C.7.6.2.1.1. */
function placeOfPixel({ geometry }: SliceHeader, row: number, column: number): Point {
  const [rx, ry, rz, cx, cy, cz] = geometry.imageOrientationPatient as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [betweenRows, betweenColumns] = geometry.pixelSpacingMm!;
  const [x, y, z] = geometry.imagePositionPatient!;
  const [right, down] = [column * betweenColumns, row * betweenRows];
  return [x + rx * right + cx * down, y + ry * right + cy * down, z + rz * right + cz * down];
}

/** Where a voxel lies by the affine of the file, turned from RAS to LPS. */
function placeOfVoxel(sform: readonly (readonly number[])[], [i, j, k]: Point): Point {
  const [x, y, z] = sform.map((row) => row[0]! * i + row[1]! * j + row[2]! * k + row[3]!) as [
    number,
    number,
    number,
  ];
  return [-x, -y, z];
}

function findMark(slice: Slice): { row: number; column: number } | null {
  const at = slice.samples.indexOf(1000);
  return at < 0 ? null : { row: Math.floor(at / slice.columns), column: at % slice.columns };
}

async function readAll(fields: NiftiFields): Promise<Slice[]> {
  const image = await openImageFile(writeNifti(fields), 'volume.nii');
  return Promise.all(image.slices.map((_, index) => image.readSlice(index)));
}

/** Rotations of the voxel grid: every way to lay i, j, k along the patient, tilted a little, each axis either way. */
const affines: { name: string; sform: number[][] }[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
].flatMap((order) =>
  [0, 3, 5, 7].map((flips) => {
    const angle = 0.2;
    const tilt = [
      [1, 0, 0],
      [0, Math.cos(angle), -Math.sin(angle)],
      [0, Math.sin(angle), Math.cos(angle)],
    ];
    const size = [1, 1.5, 4];
    const sform = tilt.map((row, patientAxis) => {
      const steps = [0, 1, 2].map((voxelAxis) => {
        const target = order.indexOf(voxelAxis);
        return row[target]! * size[voxelAxis]! * ((flips >> voxelAxis) & 1 ? -1 : 1);
      });
      return [...steps, 10 * patientAxis - 7];
    });
    return { name: `${order.join('')}, flips ${flips}`, sform };
  }),
);

describe('a volume with a known affine', () => {
  const sizes = [7, 6, 5] as const;
  const mark: Point = [5, 1, 3];
  const markIndex = mark[0] + sizes[0] * (mark[1] + sizes[1] * mark[2]);

  it.each(affines)(
    'shows a marked voxel at its place in all three planes (axes $name)',
    async ({ sform }) => {
      const slices = await readAll({
        ...int16,
        sizes,
        sform,
        write: (view, at, index, little) => view.setInt16(at, index === markIndex ? 1000 : 1, little),
      });
      const marked = slices.flatMap((slice) => {
        const found = findMark(slice);
        return found ? [{ slice, ...found }] : [];
      });
      expect(marked.map(({ slice }) => slice.volumePlane).sort()).toEqual(['axial', 'coronal', 'sagittal']);
      for (const { slice, row, column } of marked) {
        const place = placeOfPixel(slice, row, column);
        placeOfVoxel(sform, mark).forEach((value, axis) => expect(place[axis]).toBeCloseTo(value, 3));
        expect(planeOfOrientation(slice.geometry.imageOrientationPatient)).toBe(slice.volumePlane);
      }
    },
  );

  it.each(affines)('shows every plane upright in radiological convention (axes $name)', async ({ sform }) => {
    const image = await openImageFile(writeNifti({ ...int16, sizes, sform }), 'volume.nii');
    const nearest: Record<Plane, { right: Point; down: Point }> = {
      axial: { right: [1, 0, 0], down: [0, 1, 0] },
      coronal: { right: [1, 0, 0], down: [0, 0, -1] },
      sagittal: { right: [0, 1, 0], down: [0, 0, -1] },
    };
    for (const { geometry, volumePlane } of image.slices) {
      const cosines = geometry.imageOrientationPatient!;
      const { right, down } = nearest[volumePlane!];
      const along = (from: number, to: Point) =>
        to.reduce((sum, part, axis) => sum + part * cosines[from + axis]!, 0);
      expect(along(0, right)).toBeGreaterThan(0.9);
      expect(along(3, down)).toBeGreaterThan(0.9);
    }
  });

  it('lists the slices of the coarsest axis first, the others as reformatted', async () => {
    const { slices } = await openImageFile(
      writeNifti({ ...int16, sizes, sform: affines[0]!.sform }),
      'volume.nii',
    );
    const acquired = slices.filter(({ isReformatted }) => !isReformatted);
    expect(slices.slice(0, 5)).toEqual(acquired);
    expect(acquired.map(({ frame }) => frame)).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(acquired.map(({ volumePlane }) => volumePlane))).toEqual(new Set(['axial']));
    expect(slices).toHaveLength(5 + 6 + 7);
    expect(acquired[0]!.geometry.sliceThicknessMm).toBeCloseTo(4, 5);
  });

  it('takes the third axis where no axis is distinctly coarser', async () => {
    const sform = [
      [0, 0, 1.1, 0],
      [1.2, 0, 0, 0],
      [0, 1, 0, 0],
    ];
    const { slices } = await openImageFile(writeNifti({ ...int16, sizes, sform }), 'volume.nii');
    expect(slices[0]).toMatchObject({ isReformatted: false, volumePlane: 'sagittal', rows: 6, columns: 7 });
  });
});

describe('coordinates from a qform', () => {
  it('survives a quaternion whose rounding leaves no room for its first part', async () => {
    // Half a turn about an axis between y and z, in single precision: b² + c² + d² is a little above 1.
    const half = Math.fround(0.70710683);
    const { slices } = await openImageFile(
      writeNifti({ ...int16, sizes: [4, 4, 4], pixdim: [1, 1, 1], qform: [0, half, half, 1, 2, 3] }),
      'sagittal.nii',
    );
    const axial = slices.find(({ volumePlane }) => volumePlane === 'axial')!;
    // i runs to the left, j to the head, k to the front, from (1, 2, 3) RAS.
    expect(
      axial.geometry.imageOrientationPatient!.map((value) => Math.round(value * 1000) / 1000 + 0),
    ).toEqual([1, 0, 0, 0, 1, 0]);
    expect(axial.geometry.imagePositionPatient).toEqual([-1, expect.closeTo(-5, 5), expect.closeTo(3, 5)]);
  });

  it('turns the third axis by qfac and reads other units than millimetres', async () => {
    const fields = { ...int16, sizes: [2, 2, 2], pixdim: [0.002, 0.002, 0.006] as const, units: 1 };
    const { slices } = await openImageFile(
      writeNifti({ ...fields, qfac: -1, qform: [0, 0, 0, 0, 0, 0.1] }),
      'metres.nii',
    );
    const [first, second] = slices;
    expect(first!.geometry.pixelSpacingMm![0]).toBeCloseTo(2, 4);
    expect(first!.geometry.imagePositionPatient![2]).toBeCloseTo(100, 3);
    expect(second!.geometry.imagePositionPatient![2]).toBeCloseTo(94, 3);
  });

  it('claims no orientation where the file gives none', async () => {
    const { slices } = await openImageFile(
      writeNifti({ ...int16, sizes: [4, 4, 2], pixdim: [1, 2, 5] }),
      'analyze.nii',
    );
    expect(slices[0]!.geometry).toEqual({
      pixelSpacingMm: [2, 1],
      sliceThicknessMm: 5,
      imageOrientationPatient: null,
      imagePositionPatient: null,
    });
    expect(slices[0]!.volumePlane).toBe('axial');
  });
});

describe('voxel types', () => {
  const types: [string, number, number, (view: DataView, at: number, little: boolean) => void, number][] = [
    ['uint8', 2, 1, (view, at) => view.setUint8(at, 200), 200],
    ['int8', 256, 1, (view, at) => view.setInt8(at, -100), -100],
    ['int16', 4, 2, (view, at, little) => view.setInt16(at, -3000, little), -3000],
    ['uint16', 512, 2, (view, at, little) => view.setUint16(at, 60000, little), 60000],
    ['int32', 8, 4, (view, at, little) => view.setInt32(at, -70000, little), -70000],
    ['uint32', 768, 4, (view, at, little) => view.setUint32(at, 4e9, little), 4e9],
    ['float32', 16, 4, (view, at, little) => view.setFloat32(at, -1.5, little), -1.5],
    ['float64', 64, 8, (view, at, little) => view.setFloat64(at, 2.25, little), 2.25],
    ['int64', 1024, 8, (view, at, little) => view.setBigInt64(at, -9n, little), -9],
    ['uint64', 1280, 8, (view, at, little) => view.setBigUint64(at, 12n, little), 12],
    ['RGB', 128, 3, (view, at) => [10, 20, 31].forEach((value, i) => view.setUint8(at + i, value)), 20],
    ['RGBA', 2304, 4, (view, at) => [10, 20, 30, 99].forEach((value, i) => view.setUint8(at + i, value)), 20],
  ];
  const layouts = [1, 2].flatMap((version) =>
    [true, false].flatMap((little) => [true, false].map((gzip) => ({ version, little, gzip }))),
  );

  describe.each(types)('%s', (_, datatype, bytesPerVoxel, set, expected) => {
    it.each(layouts)(
      'NIfTI-$version, little endian $little, gzip $gzip',
      async ({ version, little, gzip }) => {
        const bytes = writeNifti({
          version: version as 1 | 2,
          isLittleEndian: little,
          sizes: [3, 2, 2],
          datatype,
          bytesPerVoxel,
          slope: 0.5,
          intercept: -1,
          write: (view, at, index) => index === 4 && set(view, at, little),
        });
        const image = await openImageFile(
          gzip ? Uint8Array.from(gzipSync(bytes)) : bytes,
          gzip ? 'v.nii.gz' : 'v.nii',
        );
        const slice = await image.readSlice(0);
        expect(slice).toMatchObject({
          rows: 2,
          columns: 3,
          rescaleSlope: 0.5,
          rescaleIntercept: -1,
          frame: 0,
        });
        // Voxel (1, 1, 0): without orientation i runs to the right and j to the front, so both are turned.
        expect([...slice.samples]).toEqual([0, expected, 0, 0, 0, 0]);
      },
    );
  });

  it('shows values that are no numbers as 0 and scl_slope 0 as unscaled', async () => {
    const [slice] = await readAll({
      sizes: [2, 2, 1],
      datatype: 16,
      bytesPerVoxel: 4,
      slope: 0,
      intercept: 7,
      write: (view, at, index, little) => view.setFloat32(at, [NaN, Infinity, 1, 2][index]!, little),
    });
    expect(slice).toMatchObject({ rescaleSlope: 1, rescaleIntercept: 0 });
    expect([...slice!.samples]).toEqual([2, 1, 0, 0]);
  });

  it('shares one window over the volume, from the values that are not 0', async () => {
    const { slices } = await openImageFile(
      writeNifti({
        ...int16,
        sizes: [20, 20, 20],
        slope: 2,
        write: (view, at, index, little) =>
          view.setInt16(at, index % 4 === 0 ? 100 + (index % 900) : 0, little),
      }),
      'volume.nii',
    );
    expect(new Set(slices.map(({ window }) => window)).size).toBe(1);
    const { low, high } = rangeOfWindow(slices[0]!.window!);
    expect(low).toBeGreaterThanOrEqual(200);
    expect(low).toBeLessThan(230);
    expect(high).toBeGreaterThan(1950);
    expect(high).toBeLessThanOrEqual(2000);
  });

  it('reads the first volume of a series of volumes', async () => {
    const slices = await readAll({ ...int16, sizes: [2, 2, 2, 3] });
    expect(slices).toHaveLength(6);
    expect([...slices[0]!.samples, ...slices[1]!.samples]).toEqual([3, 2, 1, 0, 7, 6, 5, 4]);
  });
});

describe('bad volumes', () => {
  const good = { ...int16, sizes: [4, 4, 4] };
  const cases: [string, Uint8Array<ArrayBuffer>, string][] = [
    ['no header', new Uint8Array(400), 'nifti-damaged'],
    ['only a beginning', writeNifti(good).slice(0, 200), 'file-truncated'],
    ['missing voxels', writeNifti(good).slice(0, -1), 'file-truncated'],
    ['10^12 voxels', writeNifti({ ...good, sizes: [10_000, 10_000, 10_000], voxels: 8 }), 'image-too-large'],
    [
      '10^12 voxels in NIfTI-2',
      writeNifti({ ...good, version: 2, sizes: [1e6, 1e3, 1e3], voxels: 8 }),
      'image-too-large',
    ],
    [
      '4·10^8 voxels that are not there',
      writeNifti({ ...good, sizes: [1000, 1000, 200], voxels: 8 }),
      'file-truncated',
    ],
    ['a negative dimension', writeNifti({ ...good, sizes: [4, -4, 4], voxels: 64 }), 'nifti-damaged'],
    ['no dimensions', writeNifti({ ...good, sizes: [] }), 'nifti-damaged'],
    ['one voxel', writeNifti({ ...good, sizes: [1, 1, 1] }), 'image-too-small'],
    ['voxels beyond the file', writeNifti({ ...good, voxOffset: 1e9 }), 'file-truncated'],
    ['voxels inside the header', writeNifti({ ...good, voxOffset: 8 }), 'nifti-damaged'],
    ['voxels nowhere', writeNifti({ ...good, voxOffset: NaN }), 'nifti-damaged'],
    ['complex numbers', writeNifti({ ...good, datatype: 32, bytesPerVoxel: 8 }), 'image-unsupported'],
  ];

  it.each(cases)('%s', async (_, bytes, code) => {
    const error = openImageFile(bytes, 'bad.nii');
    await expect(error).rejects.toMatchObject({ code, detail: { file: 'bad.nii' } });
    const packed = openImageFile(Uint8Array.from(gzipSync(bytes)), 'bad.nii.gz');
    await expect(packed).rejects.toMatchObject({ code, detail: { file: 'bad.nii.gz' } });
  });

  it('refuses a cut or altered gzip file', async () => {
    const packed = Uint8Array.from(gzipSync(writeNifti({ ...good, sizes: [40, 40, 40] })));
    await expect(openImageFile(packed.slice(0, -20), 'cut.nii.gz')).rejects.toMatchObject({
      code: 'file-truncated',
    });
    packed[packed.length - 6]! ^= 1;
    await expect(openImageFile(packed, 'altered.nii.gz')).rejects.toMatchObject({ code: 'nifti-damaged' });
    const garbage = new TextEncoder().encode('garbage, by any means'.repeat(50));
    await expect(openImageFile(garbage, 'garbage.nii.gz')).rejects.toMatchObject({ code: 'nifti-damaged' });
  });

  it('answers every truncation and every altered header byte with a volume or a typed error', async () => {
    const bytes = writeNifti({ ...good, sform: affines[0]!.sform });
    for (let at = 0; at < 352; at++) {
      for (const altered of [
        bytes.slice(0, at),
        bytes.with(at, bytes[at]! ^ 0xff),
      ] as Uint8Array<ArrayBuffer>[]) {
        try {
          await (await openImageFile(altered, 'x.nii')).readSlice(0);
        } catch (error) {
          expect(error).toMatchObject({ name: 'UserError' });
        }
      }
    }
  });
});

const template = '../shared/data/nifti/spm152.nii.gz';

describe.skipIf(!existsSync(template))('a real head (needs ../shared)', () => {
  it('opens in three planes with the nose up or to the left', async () => {
    const image = await openImageFile(Uint8Array.from(readFileSync(template)), 'spm152.nii.gz');
    const planes = Map.groupBy(image.slices, ({ volumePlane }) => volumePlane);
    expect([...planes].map(([plane, slices]) => [plane, slices.length, slices[0]!.rows, slices[0]!.columns]))
      .toMatchInlineSnapshot(`
      [
        [
          "axial",
          215,
          256,
          207,
        ],
        [
          "sagittal",
          207,
          215,
          256,
        ],
        [
          "coronal",
          256,
          215,
          207,
        ],
      ]
    `);
    expect(image.slices[0]!.window!.width).toBeGreaterThan(1);
  });
});
