import { describe, expect, it } from 'vitest';
import { noAttributes, type SliceGeometry } from '../../../src-shared/domain/slice.ts';
import { fittedView } from '../../viewer/view.ts';
import {
  alignedSlice,
  cursorIn,
  followedSlice,
  isOneSpace,
  nearestSlice,
  type PlacedPane,
} from './followPlace.ts';
import { followedView } from './followView.ts';

const axes = {
  axial: [1, 0, 0, 0, 1, 0],
  /** The same plane seen from the head: its positions run the other way. */
  fromAbove: [-1, 0, 0, 0, 1, 0],
  sagittal: [0, 1, 0, 0, 0, -1],
} as const;

interface PaneChanges {
  orientation?: readonly number[] | null;
  frame?: string | null;
  study?: string;
  index?: number;
  shownIndex?: number;
}

/** Twenty slices of 100 × 100 pixels of 2 mm, at the given positions along the normal. */
function pane(positions: readonly (number | null)[], changes: PaneChanges = {}): PlacedPane {
  const {
    orientation = axes.axial,
    frame = '1.2',
    study = 'study-1',
    index = 0,
    shownIndex = index,
  } = changes;
  const normalZ = orientation === axes.fromAbove ? -1 : 1;
  const position = positions[shownIndex] ?? null;
  const geometry: SliceGeometry = {
    pixelSpacingMm: [2, 2],
    imageOrientationPatient: orientation,
    imagePositionPatient:
      orientation === axes.sagittal ? [-(position ?? 0), -100, 100] : [-100, -100, normalZ * (position ?? 0)],
    sliceThicknessMm: null,
  };
  return {
    series: { key: `${study}/series`, slices: positions.map((positionMm) => ({ positionMm })) },
    sliceIndex: index,
    shown: {
      pixels: {
        rows: 100,
        columns: 100,
        geometry,
        attributes: { ...noAttributes, frameOfReferenceUid: frame },
      },
    },
  };
}

const every = (step: number, count: number, first = 0) =>
  Array.from({ length: count }, (_, i) => first + i * step);

describe('followedSlice', () => {
  it('goes to the nearest millimetre, not by the same number', () => {
    const leader = pane(every(6, 10), { index: 5 });
    expect(followedSlice(leader, pane(every(4, 20)), 1)).toBe(7);
    expect(followedSlice(leader, pane(every(4, 20, -10)), 1)).toBe(10);
  });

  it('stops at the last slice of a series that does not go so far', () => {
    expect(followedSlice(pane(every(6, 10), { index: 9 }), pane(every(2, 5)), 1)).toBe(4);
  });

  it('counts from the slice that was chosen, while an earlier one is still shown', () => {
    expect(followedSlice(pane(every(6, 10), { index: 5, shownIndex: 2 }), pane(every(4, 20)), 3)).toBe(7);
  });

  it('understands a series that is stacked the other way', () => {
    const leader = pane(every(6, 10), { index: 5 });
    // Seen from above, z = 30 has position −30: every(-60 + 5i).
    expect(followedSlice(leader, pane(every(5, 20, -60), { orientation: axes.fromAbove }), 1)).toBe(6);
  });

  it('leaves a series alone that it is known to cross', () => {
    const sagittal = pane(every(10, 9), { orientation: axes.sagittal, index: 4 });
    expect(followedSlice(pane(every(6, 10), { index: 5 }), sagittal, 3)).toBe(4);
  });

  it('goes by the number where places cannot be compared', () => {
    const leader = pane(every(6, 10), { index: 5 });
    expect(followedSlice(leader, pane(every(4, 20), { frame: '9.9', index: 3 }), 2)).toBe(5);
    const unplaced = pane(Array<null>(8).fill(null), { orientation: null, index: 3 });
    expect(followedSlice(leader, unplaced, -2)).toBe(1);
    expect(alignedSlice(leader, unplaced)).toBeNull();
  });

  it('waits for a pane that shows nothing yet', () => {
    expect(followedSlice(pane(every(6, 10), { index: 5 }), { ...pane(every(4, 20)), shown: null }, 2)).toBe(
      0,
    );
  });
});

describe('isOneSpace', () => {
  it('goes by the frame of reference, and without any by the study', () => {
    const here = pane([0]);
    expect(isOneSpace(here, pane([0], { study: 'study-2' }))).toBe(true);
    expect(isOneSpace(here, pane([0], { frame: '1.3' }))).toBe(false);
    expect(isOneSpace(here, pane([0], { frame: null }))).toBe(false);
    const volume = pane([0], { frame: null });
    expect(isOneSpace(volume, pane([0], { frame: null, orientation: axes.sagittal }))).toBe(true);
    expect(isOneSpace(volume, pane([0], { frame: null, study: 'study-2' }))).toBe(false);
  });
});

describe('cursorIn', () => {
  const axial = pane(every(6, 10), { index: 5 });
  const sagittal = pane(every(10, 9, -40), { orientation: axes.sagittal, index: 2 });

  it('finds the same point on a crossing slice, with its distance', () => {
    // Column 70, row 20 of the axial slice at z = 30: (40, −60, 30); the sagittal slice lies at x = 20.
    expect(cursorIn(sagittal, axial, { row: 20, column: 70 })).toEqual({
      row: 35,
      column: 20,
      distanceMm: -20,
    });
    expect(nearestSlice(sagittal, [40, -60, 30])).toBe(0);
  });

  it('has none beside the picture or in another frame of reference', () => {
    expect(cursorIn(pane(every(6, 10)), axial, { row: 0, column: -1 })).toBeNull();
    expect(cursorIn(pane(every(6, 10), { frame: '2' }), axial, { row: 5, column: 5 })).toBeNull();
  });
});

describe('followedView', () => {
  const looked = (placed: PlacedPane, view = fittedView) => ({ ...placed, view });
  const axial = pane(every(6, 10), { index: 5 });

  it('keeps the same point of the patient in the middle, and each pane its own turn', () => {
    const leader = looked(axial, { ...fittedView, zoom: 3, centre: { x: 0.25, y: 0.5 } });
    const shifted = pane(every(6, 10), { index: 5 });
    const { geometry } = shifted.shown!.pixels;
    shifted.shown!.pixels.geometry = { ...geometry, imagePositionPatient: [-120, -100, 30] };
    const turned = { ...fittedView, quarterTurns: 1 };
    const followed = followedView(leader, looked(shifted, turned));
    // 20 mm to the right are 10 pixels, a tenth of the picture.
    expect(followed).toMatchObject({ zoom: 3, quarterTurns: 1, centre: { x: 0.35 } });
    expect(followed.centre.y).toBeCloseTo(0.5, 12);
  });

  it('takes the same part of the picture where nothing is known', () => {
    const leader = looked(axial, { ...fittedView, zoom: 2, centre: { x: 0.3, y: 0.6 } });
    const other = looked(pane(every(6, 10), { frame: '9' }));
    expect(followedView(leader, other)).toMatchObject({ zoom: 2, centre: { x: 0.3, y: 0.6 } });
  });

  it('shows all whole where one is fitted', () => {
    const other = looked(pane(every(4, 20)), { ...fittedView, zoom: 4, centre: { x: 0.1, y: 0.1 } });
    expect(followedView(looked(axial), other)).toEqual(fittedView);
  });
});
