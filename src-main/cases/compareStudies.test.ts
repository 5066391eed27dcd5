import { describe, expect, it } from 'vitest';
import type { CaseSeries, CaseStudy } from '../../src-shared/domain/cases.ts';
import type { Plane } from '../../src-shared/domain/plane.ts';
import { compareStudies } from './compareStudies.ts';

/** A series whose slices are called `<key>0`, `<key>1`, …, by their positions. */
function series(key: string, plane: Plane, positionsMm: (number | null)[], description = 't1'): CaseSeries {
  const slices = positionsMm.map((positionMm, index) => ({
    slice: `${key}${index}`,
    fileName: '',
    frame: null,
    rows: 1,
    columns: 1,
    instanceNumber: null,
    positionMm,
    analysis: null,
    secondOpinion: null,
  }));
  return { seriesKey: key, modality: 'MR', seriesDescription: description, seriesNumber: 1, plane, slices };
}

const study = (studyKey: string, ...all: CaseSeries[]): CaseStudy => ({
  studyKey,
  studyDate: null,
  studyDescription: null,
  series: all,
});

const handles = (all: readonly CaseSeries[]) => all.flatMap((one) => one.slices.map(({ slice }) => slice));

function pairs(first: CaseSeries[], second: CaseSeries[], frame: string | null = null) {
  const frames = new Map([...handles(first), ...handles(second)].map((slice) => [slice, frame]));
  return compareStudies(study('1', ...first), study('2', ...second), frames).pairs;
}

const texts = (found: ReturnType<typeof pairs>) =>
  found.map(
    ({ pairedBy, slices }) => `${pairedBy} ${slices.map((one) => `${one.first}-${one.second}`).join(' ')}`,
  );

describe('compareStudies', () => {
  it('pairs slices by their millimetres in one frame of reference, and leaves those beyond alone', () => {
    const [first, second] = [series('a', 'axial', [0, 5, 10, 15]), series('b', 'axial', [9, 14, 19])];
    expect(texts(pairs([first], [second], '1.2'))).toEqual(['position a0-null a1-b0 a2-b0 a3-b1']);
  });

  it('pairs by the share of the way through where nothing says that positions can be compared', () => {
    const [first, second] = [series('a', 'axial', [0, 5, 10]), series('b', 'axial', [0, 2, 4, 6, 8])];
    const expected = ['order a0-b0 a1-b1 a1-b2 a2-b3 a2-b4'];
    expect(texts(pairs([first], [second]))).toEqual(expected);
    expect(texts(pairs([first], [series('b', 'axial', [null, null, null, null, null])], '1.2'))).toEqual(
      expected,
    );
    expect(texts(pairs([series('a', 'axial', [0])], [series('b', 'axial', [7])]))).toEqual(['order a0-b0']);
  });

  it('pairs series of one plane, first those of one description, each once', () => {
    const first = [
      series('a', 'axial', [0], 't1'),
      series('b', 'axial', [0], 't2'),
      series('c', 'sagittal', [0]),
    ];
    const second = [
      series('x', 'axial', [0], 't2'),
      series('y', 'coronal', [0]),
      series('z', 'axial', [0], 'flair'),
    ];
    const found = pairs(first, second).map((pair) => `${pair.first}-${pair.second}`);
    expect(found.toSorted()).toEqual(['a-z', 'b-x']);
  });

  it('does not lose a series to one that fits worse', () => {
    const first = [series('a', 'axial', [0], 't1'), series('b', 'axial', [0], 't2')];
    const second = [series('x', 'axial', [0], 't2')];
    expect(pairs(first, second).map((pair) => `${pair.first}-${pair.second}`)).toEqual(['b-x']);
  });
});
