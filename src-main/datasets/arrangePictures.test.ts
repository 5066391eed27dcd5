import { expect, it } from 'vitest';
import { arrangePictures } from './arrangePictures.ts';
import { labelsOfPath } from './labelsOfPath.ts';

const files = [
  { path: 'Training/a/gg (1).jpg', class: 'glioma_tumor', plane: 'axial' },
  { path: 'Testing/a/GG (1).jpg', class: 'glioma_tumor', plane: 'axial' },
  { path: 'more.zip!/x/gg (1).jpg', class: 'glioma_tumor', plane: 'axial' },
  { path: 'b.png', class: 'no_tumor', plane: null },
  { path: 'c.png', class: null, plane: 'coronal' },
] as const;

it('sorts by class and angle as the published project did, and loses nobody to a name', () => {
  const { places, leftOut } = arrangePictures(files, 'angles');
  expect(places.map(({ to }) => to)).toEqual([
    'glioma_tumor_Top_Angle/gg (1).jpg',
    'glioma_tumor_Top_Angle/a-GG (1).jpg',
    'glioma_tumor_Top_Angle/x-gg (1).jpg',
  ]);
  expect(leftOut).toEqual([
    { path: 'b.png', reason: 'Its plane is not known.' },
    { path: 'c.png', reason: 'Its class is not known.' },
  ]);
  for (const { to } of places)
    expect(labelsOfPath(to)).toEqual({ part: null, class: 'glioma_tumor', plane: 'axial' });
});

it('keeps the two halves where it sorts by class', () => {
  const { places } = arrangePictures(files, 'classes');
  expect(places.map(({ to }) => to)).toEqual([
    'Training/glioma_tumor/gg (1).jpg',
    'Testing/glioma_tumor/GG (1).jpg',
    'glioma_tumor/gg (1).jpg',
    'no_tumor/b.png',
  ]);
});
