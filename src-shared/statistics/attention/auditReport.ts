import { planes, type Plane } from '../../domain/plane.ts';
import type { TrustFigures } from '../../domain/trust.ts';
import { tumourClasses, type TumourClass } from '../../domain/tumourClass.ts';
import { wholePercentText } from '../../percentTexts.ts';
import { bootstrapByGroups } from '../bootstrapByGroups.ts';
import type { Interval } from '../wilsonInterval.ts';
import { spreadOf, type Spread } from './spreadOf.ts';

/** One slice as an audit saw it, by one method. */
export interface AuditedSlice {
  path: string;
  /** Slices that resemble each other share it. */
  group: string;
  plane: Plane | null;
  label: TumourClass;
  answer: TumourClass;
  /** Of the answer, calibrated. */
  probability: number;
  /** The class that the map is for. */
  explained: TumourClass;
  wasSeen: boolean;
  /** What "inside" means: the tumour's outline, the region that is expected for class and plane, or nothing. */
  insideOf: 'outline' | 'region' | null;
  trust: TrustFigures;
}

/** Every figure of a map as one number, null where it has none. */
export const trustFigureNames = [
  'deletion',
  'insertion',
  'shiftStability',
  'randomWeights',
  'shareOutsideHead',
  'borderShare',
  'energyInside',
] as const;

export type TrustFigureName = (typeof trustFigureNames)[number];

/** A figure of one map by its name. */
export function trustFigure({ place, conduct }: TrustFigures, name: TrustFigureName): number | null {
  switch (name) {
    case 'shareOutsideHead':
    case 'borderShare':
      return place?.[name] ?? null;
    case 'energyInside':
      return place?.inside?.energyInside ?? null;
    default:
      return conduct?.[name] ?? null;
  }
}

/** Whether a larger figure is the better one. */
export const isMoreBetter: Record<TrustFigureName, boolean> = {
  deletion: false,
  insertion: true,
  shiftStability: true,
  randomWeights: false,
  shareOutsideHead: false,
  borderShare: false,
  energyInside: true,
};

/** A share or mean with its interval, drawn by groups; null where there was nothing to take it of. */
export interface Estimate {
  value: number;
  interval: Interval | null;
  n: number;
}

/** All slices of a class and plane, under one method. */
export interface AuditCell {
  /** Null: of all classes. */
  class: TumourClass | null;
  /** Null: of all planes. */
  plane: Plane | null;
  n: number;
  right: number;
  /** Maps without any positive value. */
  empty: number;
  figures: Record<TrustFigureName, Spread | null>;
  /** Share of maps whose strongest place lies inside, empty ones counted as misses. */
  pointing: Estimate | null;
  /** The same with the tolerance of the pointing game, 15 of 224 pixels. */
  pointingNear: Estimate | null;
  /** Mean share of the heat inside, empty maps counted as 0. */
  energyInside: Estimate | null;
  /** Mean share of the picture that the outlines cover: what an even map would have. */
  areaInside: number | null;
}

/** One of the ten worst. */
export interface WorstSlice {
  path: string;
  plane: Plane | null;
  label: TumourClass;
  answer: TumourClass;
  value: number;
}

/** What an audit found out about one method on one model. */
export interface MethodAudit {
  /** With its layer where that is not the last: `grad-cam`, `layer-cam@14`. */
  method: string;
  cells: AuditCell[];
  worst: Record<TrustFigureName, WorstSlice[]>;
  verdicts: string[];
}

const bootstrap = { seed: 7, samples: 1000, level: 0.95 };
const worstCount = 10;

/** Works out everything that an audit says about one method, from slices to cells, the ten worst, and words. */
export function auditMethod(method: string, slices: readonly AuditedSlice[]): MethodAudit {
  const everyPlane = [null, ...planes];
  const cells = [null, ...tumourClasses].flatMap((tumourClass) =>
    everyPlane.flatMap((plane) => {
      const chosen = slices.filter(
        (slice) =>
          (tumourClass === null || slice.label === tumourClass) && (plane === null || slice.plane === plane),
      );
      return chosen.length === 0 ? [] : [auditCell(tumourClass, plane, chosen)];
    }),
  );
  const worst = Object.fromEntries(
    trustFigureNames.map((name) => [name, worstOf(slices, name)]),
  ) as MethodAudit['worst'];
  return { method, cells, worst, verdicts: verdictsOn(slices) };
}

function auditCell(tumourClass: TumourClass | null, plane: Plane | null, slices: AuditedSlice[]): AuditCell {
  const figures = Object.fromEntries(
    trustFigureNames.map((name) => [
      name,
      spreadOf(slices.map(({ trust }) => trustFigure(trust, name)).filter((value) => value !== null)),
    ]),
  ) as AuditCell['figures'];
  const judged = slices.filter(({ insideOf }) => insideOf !== null);
  const areas = judged.flatMap(({ trust }) => trust.place?.inside?.areaInside ?? []);
  return {
    class: tumourClass,
    plane,
    n: slices.length,
    right: slices.filter(({ label, answer }) => label === answer).length,
    empty: slices.filter(({ trust }) => trust.place === null).length,
    figures,
    ...estimatesOf(judged),
    areaInside: areas.length === 0 ? null : areas.reduce((sum, area) => sum + area / areas.length, 0),
  };
}

/** Pointing game and energy inside of slices where "inside" is known, with intervals by groups. */
export function estimatesOf(
  judged: readonly AuditedSlice[],
): Pick<AuditCell, 'pointing' | 'pointingNear' | 'energyInside'> {
  const meanOf =
    (valueOf: (slice: AuditedSlice) => number) =>
    (items: readonly number[]): number | null =>
      items.length === 0 ? null : items.reduce((sum, i) => sum + valueOf(judged[i]!), 0) / items.length;
  const means = {
    pointing: meanOf(({ trust }) => Number(trust.place?.inside?.isPeakInside ?? false)),
    pointingNear: meanOf(({ trust }) => Number(trust.place?.inside?.isPeakNear ?? false)),
    energyInside: meanOf(({ trust }) => trust.place?.inside?.energyInside ?? 0),
  };
  const all = [...judged.keys()];
  if (all.length === 0) return { pointing: null, pointingNear: null, energyInside: null };
  const figuresOf = (items: readonly number[]) => ({
    pointing: means.pointing(items),
    pointingNear: means.pointingNear(items),
    energyInside: means.energyInside(items),
  });
  const values = figuresOf(all);
  const groups = judged.map(({ group }) => group);
  const intervals = bootstrapByGroups(groups, figuresOf, bootstrap);
  const estimate = (name: keyof typeof means): Estimate => ({
    value: values[name]!,
    interval: new Set(groups).size > 1 ? intervals[name] : null,
    n: all.length,
  });
  return {
    pointing: estimate('pointing'),
    pointingNear: estimate('pointingNear'),
    energyInside: estimate('energyInside'),
  };
}

function worstOf(slices: readonly AuditedSlice[], name: TrustFigureName): WorstSlice[] {
  const direction = isMoreBetter[name] ? 1 : -1;
  return slices
    .map(({ path, plane, label, answer, trust }) => ({
      path,
      plane,
      label,
      answer,
      value: trustFigure(trust, name),
    }))
    .filter((slice): slice is WorstSlice => slice.value !== null)
    .sort((a, b) => direction * (a.value - b.value) || (a.path < b.path ? -1 : 1))
    .slice(0, worstCount);
}

const classWords: Record<TumourClass, string> = {
  glioma_tumor: 'glioma',
  meningioma_tumor: 'meningioma',
  no_tumor: 'no tumour',
  pituitary_tumor: 'pituitary',
};

/** In words, class by class and plane by plane: how many of the right answers look elsewhere. */
function verdictsOn(slices: readonly AuditedSlice[]): string[] {
  return tumourClasses.flatMap((tumourClass) =>
    planes.flatMap((plane) => {
      const right = slices.filter(
        ({ label, answer, plane: where }) => label === tumourClass && answer === label && where === plane,
      );
      const place = `${classWords[tumourClass]}, ${plane}`;
      return [...missVerdict(place, right), ...backgroundVerdict(place, right)];
    }),
  );
}

function missVerdict(place: string, right: readonly AuditedSlice[]): string[] {
  const judged = right.filter(({ insideOf }) => insideOf !== null);
  if (judged.length === 0) return [];
  const missed = judged.filter(({ trust }) => trust.place?.inside?.isPeakInside !== true).length;
  return [
    `${place}: ${wholePercentText(missed / judged.length)}% of correct answers have their peak outside the marked region (${missed} of ${judged.length})`,
  ];
}

function backgroundVerdict(place: string, right: readonly AuditedSlice[]): string[] {
  const outside = right.flatMap(({ trust }) => trust.place?.shareOutsideHead ?? []);
  const mostly = outside.filter((share) => share > 0.5).length;
  if (mostly === 0) return [];
  return [
    `${place}: ${wholePercentText(mostly / outside.length)}% of correct answers have most of their heat outside the head (${mostly} of ${outside.length})`,
  ];
}

/** The difference of a figure between two models on the same slices. */
export interface FigureDifference {
  figure: TrustFigureName | 'pointing';
  first: number;
  second: number;
  /** Of the second minus the first, drawn by groups. */
  interval: Interval | null;
  n: number;
}

/** Compares two models on the slices of which both have a figure; the slices are in the same order. */
export function compareAudits(
  first: readonly AuditedSlice[],
  second: readonly AuditedSlice[],
): FigureDifference[] {
  const names = [...trustFigureNames, 'pointing'] as const;
  return names.flatMap((figure) => {
    const pairs = first.flatMap((one, i) => {
      const [a, b] = [figureOf(one, figure), figureOf(second[i]!, figure)];
      return a === null || b === null ? [] : [{ a, b, group: one.group }];
    });
    if (pairs.length === 0) return [];
    const mean = (items: readonly number[], of: (pair: (typeof pairs)[number]) => number): number | null =>
      items.length === 0 ? null : items.reduce((sum, i) => sum + of(pairs[i]!), 0) / items.length;
    const all = [...pairs.keys()];
    const groups = pairs.map(({ group }) => group);
    const { difference } = bootstrapByGroups(
      groups,
      (items) => ({ difference: mean(items, ({ a, b }) => b - a) }),
      bootstrap,
    );
    return [
      {
        figure,
        first: mean(all, ({ a }) => a)!,
        second: mean(all, ({ b }) => b)!,
        interval: new Set(groups).size > 1 ? difference : null,
        n: pairs.length,
      },
    ];
  });
}

function figureOf({ trust, insideOf }: AuditedSlice, figure: FigureDifference['figure']): number | null {
  if (figure !== 'pointing') return trustFigure(trust, figure);
  return insideOf === null ? null : Number(trust.place?.inside?.isPeakInside ?? false);
}
