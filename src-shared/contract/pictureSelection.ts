import { z } from 'zod';
import { planes } from '../domain/plane.ts';
import { tumourClasses } from '../domain/tumourClass.ts';

/** Which pictures of a data set. Conditions hold together; an empty list of values means any. */
export const pictureFilterSchema = z.object({
  classes: z.array(z.enum([...tumourClasses, 'none'])).default([]),
  planes: z.array(z.enum([...planes, 'none'])).default([]),
  parts: z.array(z.enum(['training', 'testing', 'none'])).default([]),
  sources: z.array(z.number().int().positive()).max(1000).default([]),
  /** Words of the path, all of which must be there. */
  search: z.string().max(200).default(''),
  /** Pictures with a suggestion that nobody has agreed to or replaced. */
  hasOpenSuggestion: z.boolean().default(false),
  /** Pictures whose plane is another than was suggested. */
  differsFromSuggestion: z.boolean().default(false),
  isMissing: z.boolean().nullable().default(null),
  /** Null: whether in quarantine or not. */
  isQuarantined: z.boolean().nullable().default(false),
  /** Only these, by id; null: no such condition. */
  ids: z.array(z.number().int().positive()).max(200_000).nullable().default(null),
});

/** What lists can be sorted by; `uncertain` has the suggestions with the least probability first. */
export const pictureSorts = ['path', 'uncertain', 'newest'] as const;

export const pictureSelectionSchema = z.object({
  dataset: z.number().int().positive(),
  filter: pictureFilterSchema.prefault({}),
  sort: z.enum(pictureSorts).default('path'),
});

export type PictureSort = (typeof pictureSorts)[number];

export type PictureFilter = z.output<typeof pictureFilterSchema>;

export type PictureSelection = z.output<typeof pictureSelectionSchema>;
