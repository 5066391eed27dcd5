import { z } from 'zod';
import { mapNamed } from '../domain/mapName.ts';
import {
  attentionVerdicts,
  type RecordedVerdict,
  type ReviewerAgreement,
  type ReviewMap,
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

/** Where models look, and what people think of it. */
export const reviewCalls = {
  /** A job: answers every slice below the sources; ends with the set. */
  openReviewSet: call<JobStarted>()(z.object({ sources: z.array(handle).min(1).max(10_000) })),
  explainForReview: call<ReviewMap>()(map),
  /** A job: ends with the trust figures of one map. */
  measureTrust: call<JobStarted>()(map),
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
  saveOutline: call<SliceOutline>()(z.object({ slice: handle, polygon: z.array(corner).max(2000) })),
  readOutline: call<{ outline: SliceOutline | null }>()(z.object({ slice: handle })),
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
