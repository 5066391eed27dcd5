import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';

/** What one batch of analyses adds to a case: numbers for its line in the list, words for the search index. */
export class Growth {
  studies = 0;
  slices = 0;
  analyses = 0;
  lastClass: TumourClass | null = null;
  readonly #texts = new Set<string>();

  /** Makes the case findable by texts; null is a text that the file does not have. */
  mention(...texts: (string | null)[]): void {
    for (const text of texts) if (text !== null) this.#texts.add(text);
  }

  /** Everything mentioned, each text once. */
  get words(): string {
    return [...this.#texts].join('\n');
  }
}
