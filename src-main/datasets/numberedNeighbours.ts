/** Two files whose numbers follow each other, by their positions in the list. */
export interface NumberedPair {
  a: number;
  b: number;
  /** Difference of the numbers, 1 or more. */
  distance: number;
}

/**
 * The pairs of files of one folder and one name but for the number, `p (41).jpg` and `p (42).jpg`, whose numbers
 * are at most `reach` apart. The number is the last one in the base name. Scanners and people number the slices
 * of a series in order, so such pictures are often neighbouring slices of one patient.
 *
 * @param paths - with `/`
 */
export function numberedNeighbours(paths: readonly string[], reach: number): NumberedPair[] {
  const families = new Map<string, { number: number; index: number }[]>();
  for (const [index, path] of paths.entries()) {
    const parts = /^(?<before>(?:.*\/)?[^/]*?)(?<number>\d{1,9})(?<after>[^/\d]*)$/.exec(
      withoutExtension(path),
    )?.groups;
    if (parts === undefined) continue;
    // "image (2)" and "image(2)" were numbered by the same hand.
    const family = `${parts['before']!.replace(/\s+(?=\W?$)/, '')}*${parts['after']}`;
    const member = { number: Number(parts['number']), index };
    const known = families.get(family);
    if (known === undefined) families.set(family, [member]);
    else known.push(member);
  }
  return [...families.values()].flatMap((family) => pairsWithin(family, reach));
}

function withoutExtension(path: string): string {
  return path.replace(/\.[a-z0-9]{1,5}$/i, '');
}

function pairsWithin(family: { number: number; index: number }[], reach: number): NumberedPair[] {
  family.sort((x, y) => x.number - y.number || x.index - y.index);
  const pairs: NumberedPair[] = [];
  for (const [i, { number, index }] of family.entries()) {
    for (let j = i + 1; j < family.length && family[j]!.number - number <= reach; j++) {
      const distance = family[j]!.number - number;
      if (distance > 0) pairs.push({ a: index, b: family[j]!.index, distance });
    }
  }
  return pairs;
}
