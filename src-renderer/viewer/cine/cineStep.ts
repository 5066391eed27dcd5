/** What happens at the ends: begin again at the other one, or turn round. */
export type CineMode = 'loop' | 'bounce';

/** Where a player is, and which way it goes. */
export interface CinePlace {
  index: number;
  direction: 1 | -1;
}

/** The next slice of a series that plays. */
export function cineStep({ index, direction }: CinePlace, count: number, mode: CineMode): CinePlace {
  if (count < 2) return { index: 0, direction };
  const next = index + direction;
  if (next >= 0 && next < count) return { index: next, direction };
  if (mode === 'loop') return { index: direction === 1 ? 0 : count - 1, direction };
  return { index: index - direction, direction: direction === 1 ? -1 : 1 };
}
