import { z } from 'zod';
import { providerNames } from '../domain/analysis.ts';
import { caseFilterSchema, caseSortSchema, everyCase, newestFirst } from './caseSelection.ts';

/** How the viewports of the Read place hang: rows × columns. */
export const layoutNames = ['1x1', '1x2', '2x1', '2x2', '1x3', '2x3'] as const;

export type LayoutName = (typeof layoutNames)[number];

/**
 * What is remembered of the case list's filter: neither words about a patient, which would outlive an erased case, nor
 * the visit to the trash.
 */
const rememberedFilterSchema = caseFilterSchema.omit({ patient: true, isTrashed: true });

const fields = z.object({
  heatmapOpacity: z.number().min(0).max(1),
  isHeatmapVisible: z.boolean(),
  /** The heatmap has a picture of its own beside the plain one, instead of lying over it. */
  isHeatmapBeside: z.boolean(),
  areOverlaysVisible: z.boolean(),
  layout: z.enum(layoutNames),
  isScrollSynchronised: z.boolean(),
  isZoomSynchronised: z.boolean(),
  isCursorSynchronised: z.boolean(),
  model: z.string().max(64),
  provider: z.enum(['auto', ...providerNames]),
  /** Who reads here; the account's name until somebody says otherwise. */
  readerName: z.string().trim().max(120),
  /** Answers stay hidden until the reader has recorded a reading. */
  isReadingBlinded: z.boolean(),
  caseFilter: rememberedFilterSchema,
  caseSort: caseSortSchema,
});

/** What the application remembers between sessions. */
export type Settings = z.infer<typeof fields>;

/** Any part of the settings, as a renderer changes them and as the store keeps them. */
export const settingsChangeSchema = fields.partial();

/** The settings of a first start. */
export const defaultSettings: Settings = {
  heatmapOpacity: 0.35,
  isHeatmapVisible: true,
  isHeatmapBeside: false,
  areOverlaysVisible: true,
  layout: '1x1',
  isScrollSynchronised: true,
  isZoomSynchronised: false,
  isCursorSynchronised: true,
  model: 'auto',
  provider: 'auto',
  readerName: '',
  isReadingBlinded: false,
  caseFilter: everyCase,
  caseSort: newestFirst,
};
