import type { ClassProbabilities, TumourClass } from '../../src-shared/domain/tumourClass.ts';

/** A picture of the report: a PNG file and its size in pixels. */
export interface ReportPicture {
  png: Uint8Array<ArrayBuffer>;
  rows: number;
  columns: number;
}

/** One chosen slice, without its pictures. */
export interface ReportSlice {
  /** Where it lies in the case: series, number, plane. */
  caption: string;
  class: TumourClass;
  /** Calibrated, summing to 1. */
  probabilities: ClassProbabilities;
  /** One sentence each: the classes that remain, the heatmap, the reader's own finding, the guard. */
  notes: string[];
}

/** A chosen slice as it is shown: plain, and under its heatmap where the answer has one. */
export interface DrawnSlice extends ReportSlice {
  picture: ReportPicture;
  heatmapPicture: ReportPicture | null;
}

/** A heading with sentences below it. */
export interface ReportSection {
  heading: string;
  lines: string[];
}

/**
 * One case on one page: everything that the page says, in the order in which it says it. The PDF and the HTML report
 * are two layouts of it. There is no class for the case as a whole: the models answer for slices.
 */
export interface CaseReport<Slice extends ReportSlice = DrawnSlice> {
  /** The patient's name where identified, else the mask that stands for it. */
  title: string;
  isIdentified: boolean;
  /** What the header says below the title: IDs and studies where identified, their number otherwise. */
  facts: string[];
  disclaimer: string;
  slices: Slice[];
  /** Shown beside each other, in two columns. */
  sections: { left: ReportSection[]; right: ReportSection[] };
  /** Program, version and time. */
  footer: string;
}
