import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inventHead } from '../../tests/fixtures/inventHead.ts';
import { openImageFile } from '../images/openImageFile.ts';
import { encodePng } from '../images/raster/encodePng.ts';
import { HeatmapCache } from '../review/HeatmapCache.ts';
import { openEngine } from './openEngine.ts';
import { mapOfSlice } from './reviewSet.ts';

let folder: string;
let engine: ReturnType<typeof openEngine>;
let cache: HeatmapCache;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-review-set-'));
  engine = openEngine();
  cache = await HeatmapCache.open(folder);
});

afterEach(async () => {
  cache.close();
  engine.close();
  await rm(folder, { recursive: true });
});

test(
  'a map takes one run of the model, its answer included, and none the second time',
  { timeout: 120_000 },
  async () => {
    const head = Uint8ClampedArray.from(inventHead(3, 160));
    const png = await encodePng(head, { rows: 160, columns: 160, channels: 1 });
    const slice = await (await openImageFile(png, 'head.png')).readSlice(0);
    let runs = 0;
    const inference: typeof engine.inference = {
      ...engine.inference,
      run: (...request) => {
        runs++;
        return engine.inference.run(...request);
      },
    };
    const asked = { model: 'combined', method: 'layer-cam@14', class: 'predicted' } as const;
    const first = await mapOfSlice(slice, asked, { ...engine, inference }, cache);
    expect(runs).toBe(1);
    const second = await mapOfSlice(slice, asked, { ...engine, inference }, cache);
    expect(runs).toBe(1);
    expect(second.heatmap).toEqual(first.heatmap);
    expect(second.probabilities).toEqual(first.probabilities);
    expect(first.heatmap).toMatchObject({ rows: 14, columns: 14, isEmpty: false });
    expect(first.probabilities[first.heatmap.class]).toBe(Math.max(...Object.values(first.probabilities)));
  },
);
