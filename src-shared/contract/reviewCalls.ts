import { z } from 'zod';
import { planes } from '../domain/plane.ts';
import { mapNamed } from '../domain/mapName.ts';
import {
  attentionVerdicts,
  type RecordedVerdict,
  type RegionOnSlice,
  type ReviewerAgreement,
  type SliceOutline,
} from '../domain/review.ts';
import { tumourClasses } from '../domain/tumourClass.ts';
import { call, handle, modelName, nothing, type JobStarted } from './callDefinition.ts';

/** A kind of map, as `layer-cam@14`. */
const method = z
  .string()
  .max(40)
  .refine((name) => mapNamed(name) !== null);

const map = z.object({
  slice: handle,
  model: modelName,
  method,
  /** The answer's class, or a certain one. */
  class: z.enum(['predicted', ...tumourClasses]),
});

const corner = z.tuple([z.number().min(-1).max(100_000), z.number().min(-1).max(100_000)]);

const corners = z.array(corner).max(2000);

const regionKey = {
  class: z.enum(tumourClasses),
  plane: z.enum(planes),
  name: z.string().trim().min(1).max(80),
};

/** Where models look, and what people think of it. */
export const reviewCalls = {
  /** A job: answers every slice below the sources; ends with the set. */
  openReviewSet: call<JobStarted>()(z.object({ sources: z.array(handle).min(1).max(10_000) })),
  /** A job: ends with one map. */
  explainForReview: call<JobStarted>()(map),
  /** A job: ends with the trust figures of one map; the plane says which region is expected. */
  measureTrust: call<JobStarted>()(map.extend({ plane: z.enum(planes).nullable() })),
  /**
   * A job: measures where a model looks over labelled pictures, and whether its maps hold what they promise. Outlines
   * that were drawn here count, and those of a folder of masks. Ends with an AuditPage.
   */
  auditModel: call<JobStarted>()(
    z.object({
      model: modelName,
      against: modelName.nullable().default(null),
      /** A folder. */
      dataset: handle,
      labels: handle.nullable().default(null),
      masks: handle.nullable().default(null),
      onlyOutlined: z.boolean().default(false),
      methods: z.array(method).min(1).max(12),
      explains: z.enum(['predicted', 'true']).default('predicted'),
      /** So many slices have the figures that need further runs. */
      sample: z.number().int().min(0).max(10_000).default(100),
      seed: z
        .number()
        .int()
        .min(0)
        .max(2 ** 31)
        .default(7),
    }),
  ),
  /** A job: hands the newest audit to the person. */
  exportAudit: call<JobStarted>()(z.object({ format: z.enum(['html', 'pdf', 'json']) })),
  recordVerdict: call<RecordedVerdict>()(
    z.object({
      slice: handle,
      model: modelName,
      method,
      class: z.enum(tumourClasses),
      verdict: z.enum(attentionVerdicts),
      note: z.string().max(2000).default(''),
      tags: z.array(z.string().trim().min(1).max(40)).max(20).default([]),
    }),
  ),
  /** The standing ones of a slice, by whomever. */
  listVerdicts: call<{ verdicts: RecordedVerdict[] }>()(z.object({ slice: handle })),
  compareReviewers: call<{ agreements: ReviewerAgreement[] }>()(nothing),
  /** One line around the tumour; without corners the newest outline is taken back. */
  saveOutline: call<SliceOutline>()(z.object({ slice: handle, corners })),
  readOutline: call<{ outline: SliceOutline | null }>()(z.object({ slice: handle })),
  /** A job: traces the masks of a folder, each under its slice's path, or one mask for one slice. */
  importOutlines: call<JobStarted>()(
    z.object({
      masks: handle,
      slices: z
        .array(z.object({ slice: handle, name: z.string().max(4096) }))
        .min(1)
        .max(100_000),
    }),
  ),
  /** Where a class's tumours are expected in a plane, drawn on a slice; without corners it is taken back. */
  saveRegion: call<Record<string, never>>()(
    z.object({ slice: handle, ...regionKey, isMirrored: z.boolean(), corners }),
  ),
  /** All regions, as they lie on a slice. */
  listRegions: call<{ regions: RegionOnSlice[] }>()(z.object({ slice: handle })),
  /** Takes the regions of a file beside those that are here. */
  importRegions: call<{ imported: number }>()(z.object({ file: handle })),
  /** A job: all regions as a file that `audit --regions` reads. */
  exportRegions: call<JobStarted>()(nothing),
  /** A job: the newest outlines of slices as masks, one PNG each, in one zip. */
  exportOutlines: call<JobStarted>()(z.object({ slices: z.array(handle).min(1).max(100_000) })),
  /** A job: pictures as the page drew them, with their titles, as one figure. */
  exportFigure: call<JobStarted>()(
    z.object({
      format: z.enum(['png', 'svg', 'pdf']),
      caption: z.string().max(2000),
      columns: z.number().int().min(1).max(12),
      panels: z
        .array(
          z.object({
            title: z.string().max(200),
            /** A PNG. */
            picture: z.instanceof(Uint8Array<ArrayBuffer>),
            rows: z.number().int().min(1).max(4096),
            columns: z.number().int().min(1).max(4096),
          }),
        )
        .min(1)
        .max(60),
    }),
  ),
} as const;
