import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { chromium, type Browser, type Page } from 'playwright-core';
import sharp from 'sharp';
import { build, preview, type Plugin, type PreviewServer } from 'vite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SlicePixels } from '../../src-shared/contract/calls.ts';
import type { Heatmap } from '../../src-shared/domain/analysis.ts';
import type { DisplayWindow } from '../../src-shared/domain/slice.ts';
import { applyWindow } from '../../src-shared/imaging/applyWindow.ts';
import { blendHeatmap } from '../../src-shared/imaging/blendHeatmap.ts';
import { upsample } from '../../src-shared/imaging/upsample.ts';
import { findBrowser } from '../../tests/support/findBrowser.ts';
import { mapPoint } from './affine.ts';
import { lensAt } from './lens.ts';
import type { Painter } from './Painter.ts';
import type { Stage } from './Stage.ts';
import { tinySlice } from './tinySlice.ts';
import { fittedView, imageToScreen, type View } from './view.ts';

const found = await findBrowser();
// Where there is no browser at all, that is a failure on the build machine and a named skip elsewhere.
if (!found.isFound && process.env['CI'] === 'true') throw new Error(found.reason);

declare const stage: Stage;

/** The page: nothing but the stage. */
const stagePage: Plugin = {
  name: 'stage-page',
  resolveId: (id) => (id === 'stage-page' ? `${id}.ts` : null),
  load: (id) =>
    id === 'stage-page.ts'
      ? `import { mount } from 'svelte';
         import Stage from '${resolve(import.meta.dirname, 'Stage.svelte')}';
         mount(Stage, { target: document.body });`
      : null,
  generateBundle() {
    const source =
      '<!doctype html><link rel="stylesheet" href="stage.css"><body><script type="module" src="stage.js"></script>';
    this.emitFile({ type: 'asset', fileName: 'index.html', source });
  },
};

/** Run in a page before anything else, makes the browser one without WebGL 2. */
const hideWebGl = `
  const { getContext } = HTMLCanvasElement.prototype;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    return kind === 'webgl2' ? null : getContext.call(this, kind, ...rest);
  };`;

const size = { width: 480, height: 400 };
const [rows, columns] = [40, 48];
const shape = { rows, columns, pixelAspect: 1 };

/** Every value from -900 up in an order that has no pattern. */
const values = Float32Array.from({ length: rows * columns }, (_, i) => ((i * 1237) % (rows * columns)) - 900);
const window: DisplayWindow = { center: 60.5, width: 1501 };

type SamplesName =
  'Int8Array' | 'Uint8Array' | 'Int16Array' | 'Uint16Array' | 'Int32Array' | 'Uint32Array' | 'Float32Array';

interface Picture {
  /** Red, green and blue at a device pixel. */
  at(x: number, y: number): [number, number, number];
}

describe.skipIf(!found.isFound)('SliceViewport in a real browser', () => {
  let folder: string;
  let server: PreviewServer;
  let browser: Browser;
  const pages: Partial<Record<Painter['kind'], Page>> = {};
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    if (!found.isFound) return;
    folder = await mkdtemp(join(tmpdir(), 'bratum-viewport-'));
    await build({
      configFile: false,
      root: import.meta.dirname,
      base: './',
      logLevel: 'error',
      plugins: [stagePage, svelte({ configFile: false, compilerOptions: { runes: true } })],
      build: {
        outDir: folder,
        target: 'chrome150',
        rolldownOptions: {
          input: 'stage-page',
          output: { entryFileNames: 'stage.js', assetFileNames: 'stage[extname]' },
        },
      },
    });
    server = await preview({
      configFile: false,
      root: folder,
      logLevel: 'error',
      build: { outDir: folder },
      preview: { port: 0, host: '127.0.0.1' },
    });
    const { executablePath, args, env } = found;
    browser = await chromium.launch({
      executablePath,
      args,
      env: { ...process.env, ...env },
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  beforeEach(() => open());

  /** A fresh stage. The two pages are kept, since opening one takes longer than a test. */
  async function open(painter: Painter['kind'] = 'webgl'): Promise<void> {
    page = pages[painter] ??= await browser.newPage({ viewport: size });
    if (page.url() === 'about:blank') {
      page.on('pageerror', (error) => problems.push(String(error.stack)));
      if (painter === 'canvas') await page.addInitScript(hideWebGl);
    }
    problems.length = 0;
    await page.goto(server.resolvedUrls!.local[0]!);
    await page.waitForFunction(() => 'stage' in globalThis);
  }

  interface Shown {
    change?: Partial<SlicePixels>;
    samples?: number[];
    type?: SamplesName;
    window?: DisplayWindow;
  }

  /** Shows the pattern, or other samples, without anything over it and pixel by pixel. */
  async function show({
    change = {},
    samples = [...values],
    type = 'Float32Array',
    window: shown = window,
  }: Shown = {}) {
    const slice = {
      ...tinySlice,
      rows,
      columns,
      rescaleSlope: 1,
      rescaleIntercept: 0,
      window: shown,
      ...change,
    };
    await page.evaluate(
      ([{ samples: _, ...rest }, numbers, name, wanted]) => {
        const typed = globalThis[name].from(numbers);
        stage.show(
          { slice: { ...rest, samples: typed }, areOverlaysVisible: false, interpolation: 'nearest' },
          wanted,
        );
      },
      [slice, samples, type, shown] as const,
    );
  }

  async function showHeatmap(
    heat: number[],
    opacity: number,
    region = { top: 0, left: 0, height: rows, width: columns },
  ) {
    await page.evaluate(
      ([numbers, wantedOpacity, wantedRegion]) => {
        const map: Omit<Heatmap, 'values'> = {
          method: 'grad-cam',
          layer: '7',
          class: 'glioma_tumor',
          rows: 4,
          columns: 4,
          maximum: Math.max(...numbers),
          isEmpty: false,
          region: wantedRegion,
        };
        stage.show({ heatmap: { ...map, values: Float32Array.from(numbers) }, opacity: wantedOpacity });
      },
      [heat, opacity, region] as const,
    );
  }

  const read = () => page.evaluate(() => stage.read());

  async function picture(): Promise<Picture> {
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    const { data, info } = await sharp(await page.screenshot())
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(problems).toEqual([]);
    return {
      at(x, y) {
        const start = 3 * (Math.floor(y) * info.width + Math.floor(x));
        return [data[start]!, data[start + 1]!, data[start + 2]!];
      },
    };
  }

  /** Largest difference between the screen at the middle of each pixel of the slice, and wanted RGBA or grey. */
  function largestDifference(shown: Picture, wanted: ArrayLike<number>, view: View = fittedView): number {
    const transform = imageToScreen(view, shape, size);
    const channels = wanted.length / (rows * columns);
    let largest = 0;
    for (let i = 0; i < rows * columns; i++) {
      const { x, y } = mapPoint(transform, { x: (i % columns) + 0.5, y: Math.floor(i / columns) + 0.5 });
      shown.at(x, y).forEach((level, channel) => {
        const want = wanted[channels * i + (channels === 1 ? 0 : channel)]!;
        largest = Math.max(largest, Math.abs(level - want));
      });
    }
    return largest;
  }

  const inverted = (grey: Uint8ClampedArray) => grey.map((level) => 255 - level);

  it('shows nothing before the first slice, and nothing after the last', async () => {
    expect((await picture()).at(240, 200)).toEqual([0, 0, 0]);
    await show({ samples: [...values].fill(1e4) });
    expect((await picture()).at(240, 200)).toEqual([255, 255, 255]);
    await page.evaluate(() => stage.show({ slice: null }));
    expect((await picture()).at(240, 200)).toEqual([0, 0, 0]);
  });

  it.each(['webgl', 'canvas'] as const)('windows as src-shared does, by %s', async (painter) => {
    await open(painter);
    await show();
    expect(largestDifference(await picture(), applyWindow(values, window))).toBeLessThanOrEqual(1);
    await page.evaluate(() => stage.show({ isInverted: true }));
    expect(largestDifference(await picture(), inverted(applyWindow(values, window)))).toBeLessThanOrEqual(1);
    await show({ change: { isInverted: true }, window: { center: 3.25, width: 17.5 } });
    const narrow = applyWindow(values, { center: 3.25, width: 17.5 });
    expect(largestDifference(await picture(), narrow)).toBeLessThanOrEqual(1);
    const viewport = page.getByRole('application', { name: 'Stage' });
    expect(await viewport.getAttribute('data-painter')).toBe(painter);
  });

  it('keeps the depth of every kind of samples', async () => {
    const ranges = {
      Int8Array: [-128, 127],
      Uint8Array: [0, 255],
      Int16Array: [-32768, 32767],
      Uint16Array: [0, 65535],
      Int32Array: [-1e6, 1e6],
      Uint32Array: [0, 2e6],
      Float32Array: [-0.5, 0.75],
    } as const;
    for (const [type, [low, high]] of Object.entries(ranges)) {
      const isFloat = type === 'Float32Array';
      const samples = [...values].map((_, i) => {
        const value = low + ((high - low) * ((i * 1237) % values.length)) / (values.length - 1);
        return isFloat ? Math.fround(value) : Math.round(value);
      });
      const wide = { center: low + high, width: 1 + 1.5 * (high - low) };
      await show({
        change: { rescaleSlope: 2, rescaleIntercept: 10 },
        samples,
        type: type as SamplesName,
        window: wide,
      });
      const grey = applyWindow(
        samples.map((value) => 2 * value + 10),
        wide,
      );
      expect([type, largestDifference(await picture(), grey) <= 1]).toEqual([type, true]);
    }
  });

  it.each(['webgl', 'canvas'] as const)(
    'lays the heatmap over it as src-shared does, by %s',
    async (painter) => {
      await open(painter);
      await show();
      const grey = applyWindow(values, window);
      const heat = [0, 0, 0, 0, 0, 1, 4, 2, 0, 0, 3, 1, 0, 0, 0, 0];
      await showHeatmap(heat, 0.7);
      const enlarged = upsample(heat, { rows: 4, columns: 4 }, { rows, columns });
      // A colour step is up to four levels; at the border between two, rounding decides.
      expect(
        largestDifference(await picture(), blendHeatmap(grey, enlarged, { maximum: 4, opacity: 0.7 })),
      ).toBeLessThanOrEqual(4);
      await page.evaluate(() => stage.show({ isHeatmapVisible: false }));
      expect(largestDifference(await picture(), grey)).toBeLessThanOrEqual(1);
    },
  );

  it.each(['webgl', 'canvas'] as const)(
    'cuts a heatmap whose region reaches beyond the picture, by %s',
    async (painter) => {
      await open(painter);
      await show();
      const grey = applyWindow(values, window);
      // Shallow slopes: the place that is compared lies a twentieth of a pixel off the pixel's middle.
      const heat = [3, 4, 3, 3, 2, 3, 4, 3, 2, 2, 3, 3, 3, 3, 2, 3];
      for (const region of [
        { top: -7.3, left: 5.7, height: rows, width: columns },
        { top: 4.2, left: -9.6, height: rows + 5.3, width: columns - 2.6 },
      ]) {
        await showHeatmap(heat, 0.7, region);
        const enlarged = upsample(heat, { rows: 4, columns: 4 }, { rows, columns }, region);
        const expected = blendHeatmap(grey, enlarged, { maximum: 4, opacity: 0.7 });
        expect(largestDifference(await picture(), expected)).toBeLessThanOrEqual(4);
      }
    },
  );

  it('keeps the heatmap on its place of the picture under zoom, pan and turning', async () => {
    await show({ samples: [...values].fill(-1e4) });
    await showHeatmap([0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], 1, {
      top: 8,
      left: 4,
      height: 24,
      width: 40,
    });
    const views: View[] = [
      fittedView,
      { zoom: 1.6, centre: { x: 0.6, y: 0.4 }, quarterTurns: 0, isMirrored: false },
      { zoom: 2.2, centre: { x: 0.55, y: 0.35 }, quarterTurns: 1, isMirrored: true },
    ];
    for (const view of views) {
      await page.evaluate((wanted) => stage.look(wanted), view);
      const shown = await picture();
      const brightest = { light: -1, x: 0, y: 0, count: 0 };
      for (let y = 0; y < size.height; y++) {
        for (let x = 0; x < size.width; x++) {
          const light = shown.at(x, y).reduce((sum, level) => sum + level);
          if (light < brightest.light) continue;
          if (light > brightest.light) Object.assign(brightest, { light, x: 0, y: 0, count: 0 });
          brightest.x += x + 0.5;
          brightest.y += y + 0.5;
          brightest.count++;
        }
      }
      const expected = mapPoint(imageToScreen(view, shape, size), {
        x: 4 + (2.5 * 40) / 4,
        y: 8 + (1.5 * 24) / 4,
      });
      expect(Math.abs(brightest.x / brightest.count - expected.x)).toBeLessThan(1.5);
      expect(Math.abs(brightest.y / brightest.count - expected.y)).toBeLessThan(1.5);
    }
  });

  it('shows a square of the patient as a square', async () => {
    // 20 mm each way: 10 rows of 2 mm, 20 columns of 1 mm.
    const samples = [...values].map((_, i) => {
      const [row, column] = [Math.floor(i / columns), i % columns];
      return row >= 15 && row < 25 && column >= 14 && column < 34 ? 1e4 : -1e4;
    });
    await show({ samples, change: { geometry: { ...tinySlice.geometry, pixelSpacingMm: [2, 1] } } });
    const shown = await picture();
    const lit = (count: number, at: (i: number) => [number, number, number]): number =>
      Array.from({ length: count }, (_, i) => at(i)).filter(([red]) => red > 127).length;
    expect(lit(size.width, (x) => shown.at(x, 200))).toBe(100);
    expect(lit(size.height, (y) => shown.at(240, y))).toBe(100);
  });

  it('answers pointer, wheel and keys', async () => {
    await show({ window: { center: 400, width: 601 } });
    await page.mouse.move(100, 100);
    await page.mouse.down();
    await page.mouse.move(130, 115);
    await page.mouse.up();
    expect((await read()).window).toEqual({ center: 430, width: 661 });
    await page.mouse.wheel(0, 120);
    await page.mouse.wheel(0, -120);
    await expect.poll(async () => (await read()).scrolled).toEqual([1, -1]);
    await page.keyboard.press('+');
    await page.keyboard.press('Shift+ArrowLeft');
    expect((await read()).view).toMatchObject({ zoom: 1.25, centre: { x: 0.5 + 20 / 600, y: 0.5 } });
    await page.mouse.dblclick(200, 200);
    expect((await read()).view).toEqual(fittedView);
    await page.mouse.move(5, 395);
    await expect
      .poll(async () => (await read()).probe)
      .toMatchObject({ row: 39, column: 0, value: values[39 * columns] });
    await page.evaluate(() => stage.reset());
    expect((await read()).window).toEqual({ center: 400, width: 601 });
  });

  it.each(['webgl', 'canvas'] as const)(
    'enlarges under the magnifier at full depth, by %s',
    async (painter) => {
      await open(painter);
      await show();
      await page.keyboard.press('Tab');
      await page.keyboard.press('m');
      const point = { x: 225, y: 195 };
      await page.mouse.move(point.x, point.y);
      const lens = lensAt(point, imageToScreen(fittedView, shape, size), size);
      const shown = await picture();
      const grey = applyWindow(values, window);
      let compared = 0;
      for (let i = 0; i < rows * columns; i++) {
        const middle = { x: (i % columns) + 0.5, y: Math.floor(i / columns) + 0.5 };
        const { x, y } = mapPoint(lens.imageToScreen, middle);
        const [right, bottom] = [lens.left + lens.width, lens.top + lens.height];
        // Its rim and the cross in its middle are drawn over it.
        const isInside = x > lens.left + 3 && x < right - 3 && y > lens.top + 3 && y < bottom - 3;
        if (!isInside || Math.hypot(x - point.x, y - point.y) < 12) continue;
        expect(Math.abs(shown.at(x, y)[0] - grey[i]!)).toBeLessThanOrEqual(1);
        compared++;
      }
      expect(compared).toBeGreaterThan(20);
      const outside = mapPoint(imageToScreen(fittedView, shape, size), { x: 2.5, y: 2.5 });
      expect(Math.abs(shown.at(outside.x, outside.y)[0] - grey[2 * columns + 2]!)).toBeLessThanOrEqual(1);
      await page.keyboard.press('m');
      expect(largestDifference(await picture(), grey)).toBeLessThanOrEqual(1);
    },
  );

  it('keeps the zoom within a series and starts afresh with the next', async () => {
    await show();
    await page.keyboard.press('Tab');
    await page.keyboard.press('+');
    await show({ samples: [...values].reverse() });
    await picture();
    expect((await read()).view.zoom).toBe(1.25);
    await show({ change: { attributes: { ...tinySlice.attributes, seriesInstanceUid: '1.2.3' } } });
    await picture();
    expect((await read()).view.zoom).toBe(1);
  });

  it('draws again after the graphics card was lost', async () => {
    await show();
    const lose = await page.evaluateHandle(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.picture canvas')!;
      return canvas.getContext('webgl2')!.getExtension('WEBGL_lose_context')!;
    });
    await lose.evaluate((extension) => extension.loseContext());
    await picture();
    await lose.evaluate((extension) => extension.restoreContext());
    await expect
      .poll(async () => largestDifference(await picture(), applyWindow(values, window)))
      .toBeLessThanOrEqual(1);
  });
});
