import { z } from 'zod';
import { providerNames } from '../domain/analysis.ts';

const fields = z.object({
  heatmapOpacity: z.number().min(0).max(1),
  isHeatmapVisible: z.boolean(),
  areOverlaysVisible: z.boolean(),
  model: z.string().max(64),
  provider: z.enum(['auto', ...providerNames]),
});

/** What the application remembers between sessions. */
export type Settings = z.infer<typeof fields>;

/** Any part of the settings, as a renderer changes them and as the store keeps them. */
export const settingsChangeSchema = fields.partial();

/** The settings of a first start. */
export const defaultSettings: Settings = {
  heatmapOpacity: 0.35,
  isHeatmapVisible: true,
  areOverlaysVisible: true,
  model: 'auto',
  provider: 'auto',
};
