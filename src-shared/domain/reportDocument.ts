/** A table whose first column names its rows. Cells are text. */
export interface DocumentTable {
  caption: string;
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

/** A part of a document under its heading. */
export interface DocumentSection {
  heading: string;
  /** Sentences, one a line. */
  lines: readonly string[];
  tables: readonly DocumentTable[];
}

/** A report of text and tables, as it is laid out in HTML and PDF alike. */
export interface ReportDocument {
  title: string;
  /** Short lines below the title. */
  facts: readonly string[];
  disclaimer: string;
  sections: readonly DocumentSection[];
}
