import type { WebSocketRoute } from '@playwright/test';
import { decodeMessage, encodeMessage } from '../../src-shared/contract/codec.ts';
import { expectAccessible } from './expectAccessible.ts';
import { expect, test } from './workstation.ts';

/** What the host answers to `describeApplication`, as nonsense that the page cannot be drawn from. */
function spoil(message: string | Buffer): string | Uint8Array<ArrayBuffer> | null {
  if (typeof message === 'string') return null;
  const answer = decodeMessage(message) as { outcome?: { value?: Record<string, unknown> } };
  const { value } = answer.outcome ?? {};
  if (value?.['hasNativeDialogs'] === undefined) return null;
  value['host'] = { toString: null };
  return encodeMessage(answer);
}

test.describe('when the page stops', () => {
  test.use({ expectedComplaints: /Cannot convert object to primitive value/ });

  test('it is started again; the second time within half a minute it says so and waits', async ({
    page,
    workstation: _,
  }) => {
    let spoilt = 0;
    let toSpoil = 0;
    await page.routeWebSocket(/.*/, (socket: WebSocketRoute) => {
      const server = socket.connectToServer();
      server.onMessage((message) => {
        const nonsense = toSpoil > 0 ? spoil(message) : null;
        if (nonsense !== null) [toSpoil, spoilt] = [toSpoil - 1, spoilt + 1];
        socket.send(nonsense === null ? message : Buffer.from(nonsense as Uint8Array));
      });
    });
    const open = page.getByRole('button', { name: 'Open files…' });

    // Half a minute of the page's clock, however long a busy machine takes for it.
    await page.clock.setFixedTime(new Date());
    toSpoil = 1;
    await page.reload();
    await expect.poll(() => spoilt).toBe(1);
    await expect(open).toBeVisible();

    toSpoil = 1;
    await page.reload();
    await expect(page.getByRole('heading', { name: 'The page has stopped twice' })).toBeVisible();
    await expectAccessible(page);
    await expect(page.getByRole('link', { name: 'Start the page again' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(open).toBeVisible();
    expect(spoilt).toBe(2);
  });
});
