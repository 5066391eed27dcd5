/** One line of a benchmark's report; the shape is part of the command line's contract. */
export interface Measurement {
  name: string;
  value: number;
  unit: 'ms' | 'images/s' | 'MB' | 'share' | 'relative difference';
  /** What the value is compared with; null where it only informs. */
  limitName: string | null;
  limitValue: number | null;
  /** value / what it is compared with. */
  ratio: number | null;
  /** Largest resident memory of the process and its children together. */
  peakRssMb: number;
}
