import {
  findingKinds,
  type Finding,
  type FindingKind,
  type FoundPicture,
} from '../../../src-shared/domain/hygiene.ts';
import { classLabels, type TumourClass } from '../../../src-shared/domain/tumourClass.ts';

/** Sets of pictures that a scan found, by their ids. */
export interface FoundSets {
  exact: number[][];
  samePixels: number[][];
  near: number[][];
  /** Copies of any kind together. */
  copies: number[][];
  sliceRuns: number[][];
  strangers: { id: number; reason: string }[];
  /** What models that have not seen the pictures say of their class, see `LabelDoubts`. */
  doubts: LabelDoubt[];
}

/** A finding before anybody has judged it. */
interface Candidate {
  pictures: FoundPicture[];
  reason?: string;
  proposal?: TumourClass;
}

/** What to do about a finding. */
type Verdict = Pick<Finding, 'keeper' | 'drops' | 'reason' | 'isResolved'>;

/** A picture whose label models that have not seen it do not agree with. */
export interface LabelDoubt {
  id: number;
  /** The class that the labelling said then. */
  label: TumourClass;
  proposal: TumourClass;
  reason: string;
}

/**
 * What was found, with the labels and the quarantine of the moment: which picture to keep, and why. Pictures in
 * quarantine count as gone, so a finding is resolved once nothing of it is left.
 *
 * @param pictureOf - null for pictures that are no longer there
 */
export function judgeFindings(
  kind: FindingKind,
  sets: FoundSets,
  pictureOf: (id: number) => FoundPicture | null,
): Finding[] {
  const here = (ids: readonly number[]): FoundPicture[] => ids.flatMap((id) => pictureOf(id) ?? []);
  return candidatesOf(kind, sets, here).map(({ pictures, reason, proposal }) => {
    const left = pictures.filter(({ isQuarantined }) => !isQuarantined);
    const verdict = judges[kind](left, reason ?? '', proposal);
    return { key: pictures[0]!.id, kind, pictures, proposal: proposal ?? null, ...verdict };
  });
}

/** The pictures that findings of a kind can be about. */
export function foundIds(kind: FindingKind, sets: FoundSets): number[] {
  switch (kind) {
    case 'exact':
      return sets.exact.flat();
    case 'pixels':
      return sets.samePixels.flat();
    case 'near':
      return sets.near.flat();
    case 'run':
      return sets.sliceRuns.flat();
    case 'leak':
    case 'conflict':
      return sets.copies.flat();
    case 'label':
      return sets.doubts.map(({ id }) => id);
    case 'stranger':
      return sets.strangers.map(({ id }) => id);
  }
}

function candidatesOf(
  kind: FindingKind,
  sets: FoundSets,
  here: (ids: readonly number[]) => FoundPicture[],
): Candidate[] {
  const several = (list: readonly number[][]): Candidate[] =>
    list.map((ids) => ({ pictures: here(ids) })).filter(({ pictures }) => pictures.length >= 2);
  switch (kind) {
    case 'exact':
      return several(sets.exact);
    case 'pixels':
      return several(sets.samePixels);
    case 'near':
      return several(sets.near);
    case 'run':
      return several(sets.sliceRuns);
    case 'leak':
      return several(sets.copies).filter(
        ({ pictures }) => isIn(pictures, 'training') && isIn(pictures, 'testing'),
      );
    case 'conflict':
      return several(sets.copies).filter(({ pictures }) => classesOf(pictures).length > 1);
    case 'label':
      return sets.doubts
        .map(({ id, reason, proposal }) => ({ pictures: here([id]), reason, proposal }))
        .filter(({ pictures }) => pictures.length > 0);
    case 'stranger':
      return sets.strangers
        .map(({ id, reason }) => ({ pictures: here([id]), reason }))
        .filter(({ pictures }) => pictures.length > 0);
  }
}

const judges: Record<
  FindingKind,
  (left: FoundPicture[], reason: string, proposal: TumourClass | undefined) => Verdict
> = {
  exact: (left) => keepBest(left, 'The files are the same, byte for byte.'),
  pixels: (left) => keepBest(left, 'The same pixels, saved anew.'),
  near: (left) =>
    keepBest(left, 'The same picture to the eye: resized, re-compressed, brightened, cropped or mirrored.'),
  run: (left) => ({
    ...nothingToDo(
      'Neighbouring slices of one patient, by their looks and numbers. A grouped split keeps them together.',
    ),
    isResolved: left.length < 2,
  }),
  leak(left) {
    const training = left.filter(({ part }) => part === 'training');
    const testing = left.filter(({ part }) => part === 'testing');
    if (training.length === 0 || testing.length === 0) return nothingToDo('Only one side is left.');
    return {
      keeper: bestOf(training).id,
      drops: testing.map(({ id }) => id),
      reason: 'A test picture whose twin was trained on proves nothing: the one under Testing should go.',
      isResolved: false,
    };
  },
  conflict(left) {
    const classes = classesOf(left);
    if (classes.length < 2) return nothingToDo('What is left is of one class.');
    const votes = classes.map((name) => left.filter((picture) => picture.class === name).length);
    const most = Math.max(...votes);
    const winners = classes.filter((_, i) => votes[i] === most);
    const [winner] = winners;
    const keeper = winners.length === 1 ? bestOf(left.filter((picture) => picture.class === winner)) : null;
    return {
      keeper: keeper?.id ?? null,
      drops: left.flatMap(({ id }) => (id === keeper?.id ? [] : [id])),
      reason:
        keeper === null
          ? `The same picture as ${classes.map((name) => classLabels[name]).join(' and as ')}: nobody can tell which is right, so none should stay unless you know.`
          : `${most} of ${left.length} say ${classLabels[winner!]}.`,
      isResolved: false,
    };
  },
  label: (left, reason, proposal) => ({
    keeper: null,
    drops: left.map(({ id }) => id),
    reason,
    isResolved: left.every((picture) => picture.isClassByHand || picture.class === proposal),
  }),
  stranger: (left, reason) => ({
    keeper: null,
    drops: left.map(({ id }) => id),
    reason,
    isResolved: left.length === 0,
  }),
};

function nothingToDo(reason: string): Verdict {
  return { keeper: null, drops: [], reason, isResolved: true };
}

function keepBest(left: readonly FoundPicture[], what: string): Verdict {
  if (left.length < 2) return nothingToDo(what);
  const best = bestOf(left);
  const isLargest = left.some(({ rows, columns }) => rows * columns < best.rows * best.columns);
  const why = isLargest
    ? `The largest is kept, ${best.columns} × ${best.rows}.`
    : best.part === 'training' && left.some(({ part }) => part !== 'training')
      ? 'The one under Training is kept.'
      : 'The first by name is kept.';
  return {
    keeper: best.id,
    drops: left.flatMap(({ id }) => (id === best.id ? [] : [id])),
    reason: `${what} ${why}`,
    isResolved: false,
  };
}

/** The largest; of equal ones one under Training, then the first by path. */
function bestOf(pictures: readonly FoundPicture[]): FoundPicture {
  const rank = ({ rows, columns, part }: FoundPicture): number =>
    2 * rows * columns + Number(part === 'training');
  return pictures.reduce((best, picture) => {
    const ahead = rank(picture) - rank(best);
    return ahead > 0 || (ahead === 0 && picture.path < best.path) ? picture : best;
  });
}

function isIn(pictures: readonly FoundPicture[], part: FoundPicture['part']): boolean {
  return pictures.some((picture) => picture.part === part);
}

function classesOf(pictures: readonly FoundPicture[]): TumourClass[] {
  return [...new Set(pictures.flatMap((picture) => picture.class ?? []))];
}

/** How many findings of each kind are open, and how many resolved. */
export function countFindings(
  sets: FoundSets,
  pictureOf: (id: number) => FoundPicture | null,
): Record<FindingKind, { open: number; resolved: number }> {
  const counts = findingKinds.map((kind) => {
    const findings = judgeFindings(kind, sets, pictureOf);
    const resolved = findings.filter(({ isResolved }) => isResolved).length;
    return [kind, { open: findings.length - resolved, resolved }] as const;
  });
  return Object.fromEntries(counts) as Record<FindingKind, { open: number; resolved: number }>;
}
