import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';

const allFolder = 'test-results/gallery';
const readmeFolder = 'docs/gallery';

/** States that the README shows at the smaller size as well. */
const shownSmall = ['read-series', 'cases-list'];

/** Photographs a window: every picture goes to test-results/gallery, those of the README to docs/gallery, too. */
export class Photographer {
  /** Files of the pictures that the README has to show. */
  static readonly shown: string[] = [];
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Saves what the window shows. The mouse goes out of the way unless it is part of the picture. */
  async take(state: string, { keepsMouse = false } = {}): Promise<void> {
    const { width = 0 } = this.page.viewportSize() ?? {};
    const name = `${state}-${width}`;
    if (!keepsMouse) await this.page.mouse.move(1, 1);
    await this.page.waitForTimeout(500);
    const screen = await this.page.screenshot();
    await Promise.all([allFolder, readmeFolder].map((folder) => mkdir(folder, { recursive: true })));
    const file = join(allFolder, `${name}.png`);
    await sharp(screen).toFile(file);
    console.log(file);
    if (width < 1440 && !shownSmall.includes(state)) return;
    const shown = join(readmeFolder, `${name}.webp`);
    await sharp(screen).webp({ quality: 82, effort: 6 }).toFile(shown);
    Photographer.shown.push(shown);
  }
}
