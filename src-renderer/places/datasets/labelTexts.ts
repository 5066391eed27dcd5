import type { Plane } from '../../../src-shared/domain/plane.ts';
import { classLabels, type TumourClass } from '../../../src-shared/domain/tumourClass.ts';
import type { LabelOrigin, PictureEvent } from '../../../src-shared/domain/workspace.ts';
import { planeTexts } from '../../text/planeTexts.ts';

const originTexts: Record<LabelOrigin, string> = {
  folder: 'from its folder',
  file: 'from a label file',
  orientation: 'from the file’s orientation',
  model: 'by the plane model',
  person: 'by hand',
};

/** One step of a picture's history: "Axial by the plane model, accepted by Ada". */
export function eventText({ field, value, origin, who }: PictureEvent): string {
  const by = who === null ? '' : `, ${who}`;
  if (field === 'quarantine') return `${value === null ? 'Out of' : 'Into'} quarantine${by}`;
  if (value === null) return `${field === 'plane' ? 'Plane' : 'Class'} taken away${by}`;
  const name = field === 'plane' ? planeTexts[value as Plane] : classLabels[value as TumourClass];
  const isAccepted = who !== null && (origin === 'model' || origin === 'orientation');
  return `${name} ${originTexts[origin]}${isAccepted ? `, accepted by ${who}` : by}`;
}
