import type {
  CaseSeries,
  CaseSlice,
  CaseStudy,
  ClassCounts,
  SeriesPair,
  SlicePair,
  StudyComparison,
} from '../../src-shared/domain/cases.ts';
import type { SliceHandle } from '../../src-shared/domain/collection.ts';

/** A slice's frame of reference; positions are comparable only within one. */
type Frames = ReadonlyMap<SliceHandle, string | null>;

/**
 * Lays two studies of one patient side by side: series of one plane, then the slices that show the same place.
 *
 * Series are paired by plane; among several of a plane those of one description go together, then those of the nearest
 * number of slices. Slices are paired by position in one frame of reference. Two studies seldom share one, and nothing
 * is registered here: then by their share of the way through the series, which is right as far as both series cover the
 * same part of the head.
 *
 * @param first - the earlier study
 */
export function compareStudies(first: CaseStudy, second: CaseStudy, frames: Frames): StudyComparison {
  const pairs = pairSeries(first.series, second.series).map(([one, other]) => pairSlices(one, other, frames));
  return {
    first,
    second,
    classCounts: { first: countClasses(first), second: countClasses(second) },
    pairs,
  };
}

/** The most alike first, each series once, in the order of the first study. */
function pairSeries(first: readonly CaseSeries[], second: readonly CaseSeries[]): [CaseSeries, CaseSeries][] {
  const candidates = first.flatMap((one) =>
    second.filter(({ plane }) => plane === one.plane).map((other): [CaseSeries, CaseSeries] => [one, other]),
  );
  const partners = new Map<CaseSeries, CaseSeries>();
  const taken = new Set<CaseSeries>();
  for (const [one, other] of candidates.toSorted((a, b) => unlikeness(a) - unlikeness(b))) {
    if (partners.has(one) || taken.has(other)) continue;
    partners.set(one, other);
    taken.add(other);
  }
  return first.flatMap((one) => {
    const partner = partners.get(one);
    return partner === undefined ? [] : [[one, partner]];
  });
}

/** Another description weighs more than any number of slices. */
function unlikeness([one, other]: readonly [CaseSeries, CaseSeries]): number {
  const isOther = one.seriesDescription !== other.seriesDescription;
  return (isOther ? 1e6 : 0) + Math.abs(one.slices.length - other.slices.length);
}

function pairSlices(first: CaseSeries, second: CaseSeries, frames: Frames): SeriesPair {
  const isPositioned = sharesFrame([...first.slices, ...second.slices], frames);
  // The longer series sets the pace, so that every one of its slices is shown.
  const isFirstLonger = first.slices.length >= second.slices.length;
  const [longer, shorter] = isFirstLonger ? [first.slices, second.slices] : [second.slices, first.slices];
  const slices = longer.map((slice, index): SlicePair => {
    const partner = isPositioned
      ? nearestByPosition(slice, shorter)
      : shorter[Math.round((index / Math.max(1, longer.length - 1)) * (shorter.length - 1))];
    const [one, other] = isFirstLonger ? [slice, partner] : [partner, slice];
    return { first: one?.slice ?? null, second: other?.slice ?? null };
  });
  return {
    first: first.seriesKey,
    second: second.seriesKey,
    pairedBy: isPositioned ? 'position' : 'order',
    slices,
  };
}

function sharesFrame(slices: readonly CaseSlice[], frames: Frames): boolean {
  const frame = frames.get(slices[0]?.slice ?? '') ?? null;
  return frame !== null && slices.every((one) => one.positionMm !== null && frames.get(one.slice) === frame);
}

/** Within the other series' own spacing; beyond its ends there is no partner. */
function nearestByPosition({ positionMm }: CaseSlice, others: readonly CaseSlice[]): CaseSlice | undefined {
  const away = (other: CaseSlice): number => Math.abs((other.positionMm ?? 0) - (positionMm ?? 0));
  const nearest = others.toSorted((a, b) => away(a) - away(b))[0];
  return nearest !== undefined && away(nearest) <= spacingMm(others) ? nearest : undefined;
}

/** Mean distance of neighbours; without neighbours any distance will do. */
function spacingMm(slices: readonly CaseSlice[]): number {
  if (slices.length < 2) return Infinity;
  const [first, last] = [slices[0]?.positionMm ?? 0, slices.at(-1)?.positionMm ?? 0];
  return Math.abs(last - first) / (slices.length - 1);
}

function countClasses({ series }: CaseStudy): ClassCounts {
  const counts: ClassCounts = { glioma_tumor: 0, meningioma_tumor: 0, no_tumor: 0, pituitary_tumor: 0 };
  for (const { analysis } of series.flatMap(({ slices }) => slices))
    if (analysis !== null) counts[analysis.class]++;
  return counts;
}
