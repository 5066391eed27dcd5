/** Ids that are never changed in place: a mark makes a new set. */
export type IdSet = ReadonlySet<string>;

/** The set of some ids. */
export function idSet(ids: Iterable<string> = []): IdSet {
  return new Set(ids);
}

/** The set with the id taken out where it was in, or put in where it was not. */
export function toggled(ids: IdSet, id: string): IdSet {
  const others = new Set(ids);
  if (!others.delete(id)) others.add(id);
  return others;
}

/** The first line from `line` on, around the end, whose id is among those found; null where there is none. */
export function nextAmong(all: readonly string[], found: Iterable<string>, line: number): number | null {
  const matching = new Set(found);
  for (let step = 0; step < all.length; step++) {
    const at = (line + step) % all.length;
    if (matching.has(all[at] ?? '')) return at;
  }
  return null;
}
