/** Disjoint sets of 0…n-1 (Tarjan 1975, with path halving); the smallest member names its set. */
export class UnionFind {
  readonly #parent: Int32Array;

  constructor(size: number) {
    this.#parent = Int32Array.from({ length: size }, (_, i) => i);
  }

  /** A copy that can be joined further without changing this one. */
  copy(): UnionFind {
    const other = new UnionFind(this.#parent.length);
    other.#parent.set(this.#parent);
    return other;
  }

  /** The smallest member of the set that holds `item`. */
  find(item: number): number {
    const parent = this.#parent;
    while (parent[item] !== item) item = parent[item] = parent[parent[item]!]!;
    return item;
  }

  join(a: number, b: number): void {
    const [rootA, rootB] = [this.find(a), this.find(b)];
    if (rootA < rootB) this.#parent[rootB] = rootA;
    else this.#parent[rootA] = rootB;
  }

  /** The sets with at least `least` members; sets and members in ascending order. */
  sets(least = 1): number[][] {
    const members = new Map<number, number[]>();
    for (let item = 0; item < this.#parent.length; item++) {
      const root = this.find(item);
      const known = members.get(root);
      if (known === undefined) members.set(root, [item]);
      else known.push(item);
    }
    return [...members.values()].filter(({ length }) => length >= least);
  }
}
