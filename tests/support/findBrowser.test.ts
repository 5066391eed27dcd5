import { chromium, type Browser } from '@playwright/test';
import { afterEach, expect, test, vi } from 'vitest';
import { findBrowser } from './findBrowser.ts';

let browser: Browser | undefined;

afterEach(async () => {
  vi.unstubAllEnvs();
  await browser?.close();
  browser = undefined;
});

async function launch(named: string): Promise<Browser> {
  vi.stubEnv('BRATUM_BROWSER', named);
  const found = await findBrowser();
  if (!found.isFound) throw new Error(found.reason);
  const env = { ...process.env, ...found.env };
  return chromium.launch({ executablePath: found.executablePath, args: found.args, env });
}

test('a named browser that does not start is reported, not replaced', async () => {
  vi.stubEnv('BRATUM_BROWSER', '/nowhere/chromium');
  const answer = await findBrowser();
  expect(answer).toMatchObject({
    isFound: false,
    reason: expect.stringContaining('/nowhere/chromium') as string,
  });
});

test('a program that is no browser is not believed', async () => {
  vi.stubEnv('BRATUM_BROWSER', process.execPath);
  expect(await findBrowser()).toMatchObject({ isFound: false });
});

const isLinux64 = process.platform === 'linux' && process.arch === 'x64';

// A busy machine's compositor sometimes refuses the first picture.
test('the browser of the npm package draws text and has WebGL 2', { retry: 2 }, async ({ skip }) => {
  skip(!isLinux64, '@sparticuz/chromium is for 64-bit Linux only');
  browser = await launch('packaged');
  const page = await browser.newPage({ viewport: { width: 200, height: 60 } });
  await page.setContent('<body style="margin:0;background:#fff;color:#000;font:40px sans-serif">mmmm');
  const blank = await page.screenshot({ style: 'body { color: #fff !important }' });
  const written = await page.screenshot();
  expect(written.equals(blank)).toBe(false);
  const hasWebGl2 = await page.evaluate(() => document.createElement('canvas').getContext('webgl2') !== null);
  expect(hasWebGl2).toBe(true);
});
