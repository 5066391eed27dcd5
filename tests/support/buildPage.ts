import { ensureBuilt } from '../../src-main/build.ts';

/** Before any screen test: two hosts that start at once would each build a page that is older than its sources. */
export async function buildPage(): Promise<void> {
  await ensureBuilt('renderer');
}

// Playwright loads a set-up by its default export.
export default buildPage;
