import type { WebSocketRoute } from '@playwright/test';
import { decodeMessage, encodeMessage } from '../../src-shared/contract/codec.ts';
import { expectAccessible } from './expectAccessible.ts';
import { expect, test } from './workstation.ts';

interface Answer {
  outcome?: { value?: Record<string, unknown> };
}

/** Whether this is what the host answers to `describeApplication`, which a page asks once in its life. */
function isDescription({ outcome }: Answer): boolean {
  return outcome?.value?.['hasNativeDialogs'] !== undefined;
}

/** The same as nonsense that the page cannot be drawn from. */
function spoil(answer: Answer): Uint8Array<ArrayBuffer> {
  const value = { ...answer.outcome?.value, host: { toString: null } };
  return encodeMessage({ ...answer, outcome: { ...answer.outcome, value } });
}

test.describe('when the page stops', () => {
  test.use({ expectedComplaints: /Cannot convert object to primitive value/ });

  test('it is started again; the second time within half a minute it says so and waits', async ({
    page,
    workstation: _,
  }) => {
    // What each page was told of the application, in order.
    const told: ('nonsense' | 'truth')[] = [];
    let lies = false;
    await page.routeWebSocket(/.*/, (socket: WebSocketRoute) => {
      const server = socket.connectToServer();
      server.onMessage((message) => {
        const answer = typeof message === 'string' ? {} : (decodeMessage(message) as Answer);
        if (!isDescription(answer)) return socket.send(message);
        told.push(lies ? 'nonsense' : 'truth');
        socket.send(lies ? Buffer.from(spoil(answer)) : message);
        lies = false;
      });
    });
    const open = page.getByRole('button', { name: 'Open files…' });

    // Half a minute of the page's clock, however long a busy machine takes for it.
    await page.clock.setFixedTime(new Date());
    lies = true;
    await page.reload();
    // A page shows its start before it is told anything: only the second truth says that it was started again.
    await expect.poll(() => told).toEqual(['nonsense', 'truth']);
    await expect(open).toBeVisible();

    lies = true;
    await page.reload();
    await expect(page.getByRole('heading', { name: 'The page has stopped twice' })).toBeVisible();
    await expectAccessible(page);
    await expect(page.getByRole('link', { name: 'Start the page again' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(open).toBeVisible();
    await expect.poll(() => told).toEqual(['nonsense', 'truth', 'nonsense', 'truth']);
  });
});
