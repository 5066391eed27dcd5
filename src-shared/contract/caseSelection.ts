import { z } from 'zod';
import { tumourClasses } from '../domain/tumourClass.ts';

/** `YYYY-MM-DD`. */
const day = z.iso.date();

const names = z.array(z.string().min(1).max(120)).max(100);

/** Which cases to show: every condition that is given has to hold; an empty list is no condition. */
export const caseFilterSchema = z.object({
  /** Words of the patient's name or ID, each of which has to occur. */
  patient: z.string().max(200).default(''),
  /** Days, both included; of a study of the case, or of its newest analysis (UTC). */
  date: z
    .object({ of: z.enum(['study', 'analysis']), from: day.nullable(), to: day.nullable() })
    .nullable()
    .default(null),
  /** Some slice has one of these as its newest answer. */
  classes: z.array(z.enum(tumourClasses)).max(tumourClasses.length).default([]),
  /** Some slice was read like that. */
  agreement: z.enum(['agrees', 'disagrees']).nullable().default(null),
  /** One of these models answered for some slice, by name. */
  models: names.default([]),
  /** One of these readers has a reading in the case. */
  readers: names.default([]),
  hasReading: z.boolean().nullable().default(null),
  /** The trash instead of everything else. */
  isTrashed: z.boolean().default(false),
});

export type CaseFilter = z.infer<typeof caseFilterSchema>;

export const caseSortKeys = ['updated', 'created', 'patient', 'class', 'slices'] as const;

/** How to order cases. By class: by the class of most slices, for finding like beside like and not as a verdict. */
export const caseSortSchema = z.object({
  by: z.enum(caseSortKeys),
  direction: z.enum(['ascending', 'descending']),
});

export type CaseSort = z.infer<typeof caseSortSchema>;

/** No condition at all; written out, since the page's security policy forbids what a parser does at its first run. */
export const everyCase: CaseFilter = {
  patient: '',
  date: null,
  classes: [],
  agreement: null,
  models: [],
  readers: [],
  hasReading: null,
  isTrashed: false,
};

/** Newest first. */
export const newestFirst: CaseSort = { by: 'updated', direction: 'descending' };

/** A part of the case list: what a person searched, filtered and sorted. */
export const caseSelectionSchema = z.object({
  search: z.string().max(200).default(''),
  filter: caseFilterSchema.default(everyCase),
  sort: caseSortSchema.default(newestFirst),
});

export type CaseSelection = z.infer<typeof caseSelectionSchema>;
