import type { FolderPart } from './dataset.ts';
import type { TumourClass } from './tumourClass.ts';

/** What can be wrong with a data set's pictures, the gravest first. */
export const findingKinds = [
  'conflict',
  'leak',
  'label',
  'exact',
  'pixels',
  'near',
  'run',
  'stranger',
] as const;

export type FindingKind = (typeof findingKinds)[number];

/** One picture of a finding. */
export interface FoundPicture {
  id: number;
  path: string;
  part: FolderPart | null;
  class: TumourClass | null;
  /** A person gave the class to this picture by hand. */
  isClassByHand: boolean;
  rows: number;
  columns: number;
  isQuarantined: boolean;
}

/** Something found, with what to do about it. */
export interface Finding {
  /** Names the finding among those of its kind: its first picture. */
  key: number;
  kind: FindingKind;
  pictures: FoundPicture[];
  /** The picture to keep; null where none is, or where nothing needs to go. */
  keeper: number | null;
  /** Pictures that should go into quarantine; empty for what only a split has to know of. */
  drops: number[];
  reason: string;
  /** The class that the picture should have instead; null where nothing says one. */
  proposal: TumourClass | null;
  /** Nothing is left to do: enough is in quarantine, or the labels agree by now. */
  isResolved: boolean;
}

/** How many findings of a kind there are. */
export interface FindingCount {
  open: number;
  resolved: number;
}

/** What a hygiene report says at a glance. */
export interface HygieneOverview {
  /** `stale`: pictures came, went or changed since. */
  state: 'absent' | 'stale' | 'current';
  computedAt: string | null;
  counts: Record<FindingKind, FindingCount>;
  /** Labelled pictures that a model which was not trained on them has judged, and which models did. */
  judged: { pictures: number; models: string[] };
  /** Files that could not be read. */
  unreadable: number;
  /** Properties that give the class by themselves, and how often; `majority` is the share of the commonest class. */
  shortcuts: { property: string; accuracy: number }[];
}
