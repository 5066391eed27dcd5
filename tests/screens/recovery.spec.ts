import { brainFile } from './brainSeries.ts';
import { expect, test } from './workstation.ts';

test.describe('when the host dies', () => {
  test.use({ expectedComplaints: /WebSocket connection .* failed|ERR_CONNECTION_REFUSED/ });

  test('the page says that the connection is lost', async ({ read, workstation, page }) => {
    await read.openFiles(brainFile(12));
    await read.expectAnswered(1, 1);
    await workstation.killHost();
    await expect(page.getByText('Connection lost.')).toBeVisible();
    await expect(read.viewport).toBeVisible();
  });
});

test('the address works once; the page works again after a reload', async ({
  read,
  page,
  context,
  workstation,
}) => {
  await expect(page.getByRole('button', { name: 'Open files…' })).toBeVisible();
  await page.reload();
  await read.openFiles(brainFile(12));
  await read.expectAnswered(1, 1);
  const secondTab = await context.newPage();
  await secondTab.goto(new URL('/', page.url()).href);
  await expect(secondTab.getByRole('button', { name: 'Open files…' })).toBeVisible();
  expect(workstation.calls).toContain('analyseSlices');
  // It would ask for the host that ends after this test.
  await secondTab.close();
});

test('Settings tell the version, and what somebody who helps would get, to read before it is sent', async ({
  page,
  workstation: _,
}) => {
  await page.getByRole('button', { name: 'Settings' }).click();
  await expect(page.getByText(/^BraTum Workstation \d+\.\d+\.\d+, from its sources\./)).toBeVisible();
  await page.getByRole('button', { name: 'Show diagnostics' }).click();
  const text = page.getByRole('textbox', { name: 'Read it, copy it, and send it if you agree' });
  await expect(text).toHaveValue(/"fingerprint"[^]*"event":"opened"/);
  await expect(text).toHaveAttribute('readonly');
});

test('a stranger without the token sees nothing', async ({ workstation: _, page, browser }) => {
  const stranger = await browser.newContext();
  const answer = await stranger.request.get(page.url());
  expect(answer.status()).toBeGreaterThanOrEqual(400);
  await stranger.close();
});
