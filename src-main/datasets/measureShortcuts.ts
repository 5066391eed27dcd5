import { tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import type { DescribedPicture } from './readPictures.ts';

/** How often a property that has nothing to do with tumours gives the class by itself. */
export interface Shortcut {
  /** `majority` is the class that is there most often: what every other property must beat to be one. */
  property: 'majority' | 'size' | 'border' | 'brightness' | 'all';
  /** Of the four classes, on pictures whose group was not looked at. */
  accuracy: number;
}

type Labelled = Pick<DescribedPicture, 'class' | 'rows' | 'columns' | 'border' | 'brightness'>;

/** Grey values are put into bins this wide. */
const greyBin = 8;

const folds = 5;

const propertyOf: Record<Shortcut['property'], (picture: Labelled) => string> = {
  majority: () => '',
  size: ({ rows, columns }) => `${rows} × ${columns}`,
  border: ({ border }) => String(Math.floor(border / greyBin)),
  brightness: ({ brightness }) => String(Math.floor(brightness / greyBin)),
  all: (picture) =>
    [propertyOf.size, propertyOf.border, propertyOf.brightness].map((name) => name(picture)).join(', '),
};

/**
 * Predicts the class of each picture as the commonest class among pictures of other groups with the same value of
 * a property, or, where there is none, among all of them. Five folds by group. Pictures without a class are left
 * out; without any there are no shortcuts.
 */
export function measureShortcuts(pictures: readonly Labelled[], groupOf: ArrayLike<number>): Shortcut[] {
  const known = [...pictures.keys()].filter((i) => pictures[i]!.class !== null);
  if (known.length === 0) return [];
  const foldOfGroup = new Map(
    [...new Set(known.map((i) => groupOf[i]!))].map((group, k) => [group, k % folds]),
  );
  const properties = Object.keys(propertyOf) as Shortcut['property'][];
  return properties.map((property) => {
    let right = 0;
    for (let fold = 0; fold < folds; fold++) {
      const isTested = (i: number): boolean => foldOfGroup.get(groupOf[i]!) === fold;
      const votes = new Map<string, number[]>();
      for (const i of known) {
        if (isTested(i)) continue;
        for (const value of ['any', `= ${propertyOf[property](pictures[i]!)}`]) {
          const counts = votes.get(value) ?? tumourClasses.map(() => 0);
          counts[tumourClasses.indexOf(pictures[i]!.class!)]!++;
          votes.set(value, counts);
        }
      }
      for (const i of known.filter(isTested)) {
        const counts = votes.get(`= ${propertyOf[property](pictures[i]!)}`) ?? votes.get('any') ?? [0];
        if (tumourClasses[counts.indexOf(Math.max(...counts))] === pictures[i]!.class) right++;
      }
    }
    return { property, accuracy: right / known.length };
  });
}
