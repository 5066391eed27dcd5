import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { readInstance } from '../../src-main/images/dicom/readInstance.ts';
import { DimseConnection } from '../../src-main/interop/dimse/DimseConnection.ts';
import { drawHead } from '../fixtures/drawHead.ts';
import { writeDicom } from '../fixtures/writeDicom.ts';
import { expectAccessible } from './expectAccessible.ts';
import { expect, test } from './workstation.ts';

// Models are loaded; the page may have to be built first.
test.describe.configure({ timeout: 300_000 });

const slices = 2;

/** What a scanner would send. */
async function send(port: number): Promise<void> {
  const connection = new DimseConnection(
    {
      ...{ name: 'workstation', protocol: 'dimse', host: '127.0.0.1', port, isTls: false },
      ...{ calledAeTitle: 'READER', callingAeTitle: 'SCANNER' },
    },
    { timeoutMs: 60_000, retries: { attempts: 1, firstDelayMs: 1 } },
  );
  const pictures = Array.from({ length: slices }, (_, index) => {
    const bytes = Uint8Array.from(
      writeDicom({
        ...{ patientName: 'Miller^Ann', patientId: 'P-17', seriesDescription: 'AX T1' },
        ...{ instanceNumber: index + 1, rows: 64, columns: 64, samples: drawHead(64, 64, index + 1) },
      }),
    );
    return { ...readInstance(bytes, 'a.dcm'), bytes };
  });
  expect((await connection.store(pictures)).map(({ refusal }) => refusal)).toEqual(pictures.map(() => null));
}

test('pictures are received, analysed and opened; by keyboard, with words for every state', async ({
  read,
  cases,
  page,
}) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;

  await page.getByRole('button', { name: 'Settings' }).press('Enter');
  const settings = page.getByRole('dialog', { name: 'Settings' });
  const section = settings.getByRole('region', { name: 'Receiving pictures (C-STORE)' });
  await expect(section.getByText('Off: this machine receives nothing.')).toBeVisible();
  await section.getByRole('button', { name: 'Change how…' }).press('Enter');
  const form = section.getByRole('form', { name: 'Receiving' });
  await form.getByLabel('Our AE title').fill('READER');
  await form.getByLabel('Port').fill(String(port));
  await form.getByLabel('Seconds until a series is whole').fill('1');
  await form.getByLabel('Description has').fill('t1');
  await form.getByLabel(/TLS only/).press('Space');
  await expect(form.getByLabel('Its key')).toBeVisible();
  await expectAccessible(page);
  await form.getByLabel(/TLS only/).press('Space');
  await form.getByRole('button', { name: 'Save' }).press('Enter');

  await section.getByRole('button', { name: 'Start receiving' }).press('Enter');
  await expect(section.getByText(`Port ${port} is in use`)).toBeVisible();
  await expect(section.getByText('Nothing is received.')).toBeVisible();
  await section.getByRole('button', { name: 'Stop receiving' }).press('Enter');
  other.close();
  await once(other, 'close');
  await section.getByRole('button', { name: 'Start receiving' }).press('Enter');
  await expect(section.getByText(`Listening as dimse://READER@127.0.0.1:${port}`)).toBeVisible();

  await send(port);
  await expect(section.getByText(`Today ${slices} pictures received, ${slices} analysed.`)).toBeVisible({
    timeout: 120_000,
  });
  await expectAccessible(page);
  await section.getByRole('button', { name: 'Open what was received' }).press('Enter');
  await expect(settings).toBeHidden();
  await read.expectAnswered(1, slices);
  await cases.show();
  await expect(cases.rows()).toHaveCount(1);
});
