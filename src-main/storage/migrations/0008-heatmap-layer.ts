import type { Migration } from '../migrate.ts';

/** Where in the network a heatmap was taken; until now it was the last maps for every method that has a layer. */
export const heatmapLayer: Migration = {
  name: 'heatmap-layer',
  sql: `
    ALTER TABLE heatmaps ADD COLUMN layer TEXT;
    UPDATE heatmaps SET layer = '7'
    WHERE method NOT IN ('occlusion', 'rise', 'integrated-gradients', 'smooth-grad');
  `,
};
