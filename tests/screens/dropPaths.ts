import type { Page } from '@playwright/test';

/**
 * Drops files and folders onto the middle of the window as the desktop would: through the browser's own
 * drag and drop, so that folders arrive as folders. A `DragEvent` made by a script could carry files only.
 */
export async function dropPaths(page: Page, paths: string[]): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  const session = await page.context().newCDPSession(page);
  const copy = 1;
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    const data = { items: [], files: paths, dragOperationsMask: copy };
    await session.send('Input.dispatchDragEvent', { type, x: width / 2, y: height / 2, data });
  }
  await session.detach();
}
