import type { ClassCounts } from '../../src-shared/domain/cases.ts';
import type { Agreement } from '../../src-shared/domain/readings.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';

/** What newly stored rows change about a case: numbers for its line in the list, words for the search index. */
export class Growth {
  studies = 0;
  slices = 0;
  analyses = 0;
  lastClass: TumourClass | null = null;
  /** Changes of the number of slices with each class as their newest answer. */
  readonly classSlices: ClassCounts = {
    glioma_tumor: 0,
    meningioma_tumor: 0,
    no_tumor: 0,
    pituitary_tumor: 0,
  };
  /** Changes of the number of slices whose newest reading agrees with their newest answer, or does not. */
  readonly agreeingSlices: Record<Agreement, number> = { agrees: 0, disagrees: 0 };
  readonly models = new Set<string>();
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
