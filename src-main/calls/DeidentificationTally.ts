import {
  attributeFates,
  deidentificationWarnings,
  type AttributeFate,
  type DeidentificationReport,
  type DeidentificationWarning,
} from '../../src-shared/domain/deidentification.ts';
import type { DeidentifiedFile } from '../images/dicom/deidentify/deidentifyFile.ts';

const mostValues = 3;

interface Line {
  attribute: string;
  fate: AttributeFate;
  files: number;
  values: Set<string>;
}

/** Sums up what became of each attribute over many files. */
export class DeidentificationTally {
  readonly #isIdentified: boolean;
  readonly #lines = new Map<string, Line>();
  readonly #warnings = new Map<DeidentificationWarning, number>();
  readonly #patients = new Set<string>();
  readonly #studies = new Set<string>();
  readonly #series = new Set<string>();
  #files = 0;

  /** @param isIdentified - keep some of the values as they were */
  constructor(isIdentified: boolean) {
    this.#isIdentified = isIdentified;
  }

  add({
    patient,
    studyInstanceUid,
    seriesInstanceUid,
    outcomes,
    warnings,
  }: Omit<DeidentifiedFile, 'parts'>): void {
    this.#files++;
    this.#patients.add(patient);
    this.#studies.add(studyInstanceUid);
    this.#series.add(seriesInstanceUid);
    for (const warning of warnings) this.#warnings.set(warning, (this.#warnings.get(warning) ?? 0) + 1);
    const met = new Set<string>();
    for (const { attribute, fate, value } of outcomes) {
      const key = `${attribute} ${fate}`;
      const line = this.#lines.get(key) ?? { attribute, fate, files: 0, values: new Set<string>() };
      this.#lines.set(key, line);
      if (!met.has(key)) line.files++;
      met.add(key);
      if (this.#isIdentified && value !== '' && line.values.size < mostValues) line.values.add(value);
    }
  }

  /** What there is so far: what goes first, what stays last, by name within. */
  report(): DeidentificationReport {
    const lines = [...this.#lines.values()].sort(
      (a, b) =>
        attributeFates.indexOf(a.fate) - attributeFates.indexOf(b.fate) ||
        (a.attribute < b.attribute ? -1 : 1),
    );
    return {
      files: this.#files,
      patients: this.#patients.size,
      studies: this.#studies.size,
      series: this.#series.size,
      attributes: lines.map((line) => ({ ...line, values: [...line.values] })),
      warnings: deidentificationWarnings.flatMap((warning) => {
        const files = this.#warnings.get(warning) ?? 0;
        return files === 0 ? [] : [{ warning, files }];
      }),
    };
  }
}
