import { expect, it } from 'vitest';
import { classNamed, labelsOfPath } from './labelsOfPath.ts';

it.each([
  ['Training/glioma_tumor/gg (1).jpg', { part: 'training', class: 'glioma_tumor', plane: null }],
  ['Testing/no_tumor/image(7).jpg', { part: 'testing', class: 'no_tumor', plane: null }],
  ['test/notumor/a.png', { part: 'testing', class: 'no_tumor', plane: null }],
  ['pituitary_tumor_Left_Angle/p (2).jpg', { part: null, class: 'pituitary_tumor', plane: 'sagittal' }],
  ['meningioma tumor Back Angle/m.jpg', { part: null, class: 'meningioma_tumor', plane: 'coronal' }],
  ['glioma_tumor/no_tumor/x.jpg', { part: null, class: 'no_tumor', plane: null }],
  ['glioma_tumor.jpg', { part: null, class: null, plane: null }],
  ['latest/desktop/x.jpg', { part: null, class: null, plane: null }],
])('reads %s', (path, labels) => {
  expect(labelsOfPath(path)).toEqual(labels);
});

it('knows a class by its usual spellings, and no others', () => {
  expect(classNamed(' Glioma Tumour ')).toBe('glioma_tumor');
  expect(classNamed('tumor')).toBeNull();
});
