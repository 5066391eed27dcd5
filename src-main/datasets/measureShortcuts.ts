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
  const foldOf = Uint8Array.from(known, (i) => foldOfGroup.get(groupOf[i]!)!);
  const classOf = Uint8Array.from(known, (i) => tumourClasses.indexOf(pictures[i]!.class!));
  const properties = Object.keys(propertyOf) as Shortcut['property'][];
  return properties.map((property) => {
    const valueOf = numbered(known.map((i) => propertyOf[property](pictures[i]!)));
    return { property, accuracy: shareGuessed(valueOf, classOf, foldOf) };
  });
}

/** Equal texts get equal numbers, from 1 on in the order in which they come. */
function numbered(texts: readonly string[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(texts, (text) => {
    const number = numbers.get(text) ?? numbers.size + 1;
    numbers.set(text, number);
    return number;
  });
}

/** Votes of one fold or of all, [value][class]; value 0 has those of all values. */
type Votes = Uint32Array;

/** How many of the pictures have the class that is commonest with their value in the other folds. */
function shareGuessed(valueOf: Int32Array, classOf: Uint8Array, foldOf: Uint8Array): number {
  const classes = tumourClasses.length;
  const length = classes * (valueOf.reduce((most, value) => Math.max(most, value), 0) + 1);
  const ofFold = Array.from({ length: folds }, (): Votes => new Uint32Array(length));
  const ofAll: Votes = new Uint32Array(length);
  for (let i = 0; i < valueOf.length; i++)
    for (const value of [0, valueOf[i]!])
      for (const votes of [ofAll, ofFold[foldOf[i]!]!]) votes[value * classes + classOf[i]!]!++;
  const guessed = ofFold.map((own) => guessesWithout(own, ofAll));
  let right = 0;
  for (let i = 0; i < valueOf.length; i++) if (guessed[foldOf[i]!]![valueOf[i]!] === classOf[i]) right++;
  return right / valueOf.length;
}

/** For each value the first of the classes that are commonest outside of a fold; where it is not there, of all values. */
function guessesWithout(own: Votes, all: Votes): Int32Array {
  const classes = tumourClasses.length;
  const guesses = new Int32Array(all.length / classes);
  for (let value = 0; value < guesses.length; value++) {
    let best = -1;
    let most = 0;
    for (let k = 0; k < classes; k++) {
      const votes = all[value * classes + k]! - own[value * classes + k]!;
      if (votes > most) [best, most] = [k, votes];
    }
    guesses[value] = best >= 0 ? best : guesses[0]!;
  }
  return guesses;
}
