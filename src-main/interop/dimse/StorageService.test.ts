import { afterEach, expect, test } from 'vitest';
import type { DimseServer } from '../../../src-shared/domain/pacs.ts';
import { writeDicom } from '../../../tests/fixtures/writeDicom.ts';
import { openDicom } from '../../images/dicom/openDicom.ts';
import { readInstance } from '../../images/dicom/readInstance.ts';
import type { OutgoingObject } from '../PacsConnection.ts';
import { DimseConnection } from './DimseConnection.ts';
import { startStorageService, type RunningStorage, type StorageOptions } from './StorageService.ts';

let running: RunningStorage | null = null;
const received: Uint8Array<ArrayBuffer>[] = [];

afterEach(async () => {
  await running?.close();
  running = null;
  received.length = 0;
});

async function receiver(options: Partial<StorageOptions> = {}): Promise<DimseServer & { name: string }> {
  running = await startStorageService({
    ...{ host: '127.0.0.1', port: 0, aeTitle: 'BRATUM', allowedCallers: [] },
    onInstance: (bytes) => Promise.resolve(void received.push(bytes)),
    ...options,
  });
  return {
    ...{ name: 'receiver', protocol: 'dimse', host: '127.0.0.1', port: running.port, isTls: false },
    ...{ calledAeTitle: 'BRATUM', callingAeTitle: 'SENDER' },
  };
}

const connect = (server: DimseServer & { name: string }): DimseConnection =>
  new DimseConnection(server, { timeoutMs: 20_000, retries: { attempts: 2, firstDelayMs: 1 } });

function picture(instanceNumber: number): OutgoingObject {
  const bytes = Uint8Array.from(
    writeDicom({
      ...{ patientName: 'Drawn^Head', seriesDescription: 'T1', instanceNumber, rows: 9, columns: 7 },
      samples: new Uint16Array(63).map((_, index) => index * instanceNumber),
    }),
  );
  return { ...readInstance(bytes, 'a.dcm'), bytes };
}

test(
  'what is sent arrives with its pixels and is acknowledged once it was taken',
  { timeout: 60_000 },
  async () => {
    const connection = connect(await receiver());
    await connection.echo();
    const sent = [picture(1), picture(2)];
    expect(await connection.store(sent)).toEqual(
      sent.map(({ sopInstanceUid }) => ({ sopInstanceUid, refusal: null })),
    );
    expect(received.map((bytes) => readInstance(bytes, 'a.dcm').sopInstanceUid)).toEqual(
      sent.map(({ sopInstanceUid }) => sopInstanceUid),
    );
    for (const [index, bytes] of received.entries()) {
      const slice = await openDicom(bytes, 'a.dcm').readSlice(0);
      expect(slice.samples).toEqual((await openDicom(sent[index]!.bytes, 'a.dcm').readSlice(0)).samples);
    }
  },
);

test('what could not be kept is not acknowledged', { timeout: 60_000 }, async () => {
  const connection = connect(await receiver({ onInstance: () => Promise.reject(new Error('full')) }));
  const [answer] = await connection.store([picture(1)]);
  expect(answer?.refusal).toBe('Status 110.');
});

test('a wrong title and an unknown caller are rejected', { timeout: 60_000 }, async () => {
  const server = await receiver({ allowedCallers: ['FRIEND'] });
  for (const wrong of [{ calledAeTitle: 'OTHER', callingAeTitle: 'FRIEND' }, { callingAeTitle: 'STRANGER' }])
    await expect(connect({ ...server, ...wrong }).echo()).rejects.toMatchObject({ code: 'pacs-refused' });
  await connect({ ...server, callingAeTitle: 'FRIEND' }).echo();
});

test('a port that is taken is an error with a code', async () => {
  const { port } = await receiver();
  await expect(
    startStorageService({
      ...{ host: '127.0.0.1', port, aeTitle: 'BRATUM', allowedCallers: [] },
      onInstance: () => Promise.resolve(),
    }),
  ).rejects.toMatchObject({ code: 'address-in-use' });
});

test('a certificate without its key is refused before anybody is let in', async () => {
  await expect(receiver({ tls: { cert: 'none', key: 'none' } })).rejects.toMatchObject({
    code: 'invalid-input',
  });
});
