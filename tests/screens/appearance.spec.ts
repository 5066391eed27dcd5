import { brainFolder } from './brainSeries.ts';
import { expect, test } from './workstation.ts';

for (const viewport of [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
]) {
  test.describe(`at ${viewport.width} × ${viewport.height}`, () => {
    test.use({ viewport });

    test('everything that matters is in the window', async ({ read, cases, page }) => {
      await expect(read.disclaimer).toBeInViewport({ ratio: 1 });
      await expect(page.getByRole('button', { name: 'Open files…' })).toBeInViewport({ ratio: 1 });
      await read.openFolder(brainFolder);
      await read.expectAnswered(10, 20);
      for (const part of [read.disclaimer, read.bars, read.position, read.viewport, read.seriesList]) {
        await expect(part).toBeInViewport();
      }
      await expect(page.getByRole('button', { name: 'Analyse series' })).toBeInViewport({ ratio: 1 });
      await expect(page.getByRole('button', { name: 'Heatmap' })).toBeInViewport({ ratio: 1 });
      expect(await overflow()).toEqual({ right: 0, bottom: 0 });
      await cases.show();
      await expect(cases.rows()).toHaveCount(1);
      await expect(read.disclaimer).toBeInViewport({ ratio: 1 });
      expect(await overflow()).toEqual({ right: 0, bottom: 0 });

      /** How far the page reaches beyond the window. */
      async function overflow(): Promise<{ right: number; bottom: number }> {
        return page.evaluate(() => {
          const { scrollWidth, scrollHeight } = document.documentElement;
          return { right: scrollWidth - innerWidth, bottom: scrollHeight - innerHeight };
        });
      }
    });
  });
}
