import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readInstance } from '../../src-main/images/dicom/readInstance.ts';
import { DimseConnection } from '../../src-main/interop/dimse/DimseConnection.ts';
import type { OutgoingObject } from '../../src-main/interop/PacsConnection.ts';
import { everyCase, newestFirst } from '../../src-shared/contract/caseSelection.ts';
import {
  defaultReceiving,
  type ReceivingSettings,
  type ReceivingStatus,
} from '../../src-shared/contract/receivingCalls.ts';
import { drawHead } from '../fixtures/drawHead.ts';
import { writeDicom } from '../fixtures/writeDicom.ts';
import { freePort } from '../support/freePort.ts';
import { OpenedWorkstation } from './openedWorkstation.ts';

let workstation: OpenedWorkstation;

beforeEach(async () => {
  workstation = await OpenedWorkstation.open();
});

afterEach(async () => {
  await workstation.close();
});

/** A series; every picture is another. */
function series(seriesDescription: string, count: number): OutgoingObject[] {
  return Array.from({ length: count }, (_, index) => {
    const bytes = Uint8Array.from(
      writeDicom({
        ...{ patientName: 'Miller^Ann', patientId: 'P-17', seriesDescription },
        ...{ instanceNumber: index + 1, rows: 64, columns: 64, samples: drawHead(64, 64, index + 1) },
      }),
    );
    return { ...readInstance(bytes, 'a.dcm'), bytes };
  });
}

async function send(port: number, pictures: OutgoingObject[]): Promise<void> {
  const scanner = { name: 'scanner', protocol: 'dimse', host: '127.0.0.1', port, isTls: false } as const;
  const connection = new DimseConnection(
    { ...scanner, calledAeTitle: 'BRATUM', callingAeTitle: 'SCANNER' },
    { timeoutMs: 60_000, retries: { attempts: 1, firstDelayMs: 1 } },
  );
  const answers = await connection.store(pictures);
  expect(answers.map(({ refusal }) => refusal)).toEqual(pictures.map(() => null));
}

const rules = { modality: 'mr', bodyPart: '', description: 't1' };

const change = (changes: Partial<ReceivingSettings>, key: string | null = null): Promise<ReceivingStatus> =>
  workstation.call('changeReceiving', {
    settings: { ...defaultReceiving, rules, quietSeconds: 1, isOn: true, ...changes },
    key,
  });

async function statusOnce(holds: (status: ReceivingStatus) => boolean): Promise<ReceivingStatus> {
  for (;;) {
    const status = await workstation.call('readReceiving', {});
    if (holds(status)) return status;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test(
  'off at first; then what is sent is analysed by the rules and the quota, across a restart, and is found in Cases',
  { timeout: 240_000 },
  async () => {
    const off = await workstation.call('readReceiving', {});
    expect(off).toMatchObject({ settings: defaultReceiving, address: null, failure: null, waiting: 0 });
    expect(off.today).toEqual({ received: 0, analysed: 0, left: 0, failed: 0 });
    await expect(workstation.call('openReceived', {})).rejects.toMatchObject({ code: 'pacs-nothing-there' });

    const port = await freePort();
    const on = await change({ port, slicesPerDay: 2, quietSeconds: 3600 });
    expect(on.address).toBe(`dimse://BRATUM@127.0.0.1:${port}`);
    await send(port, series('AX T1', 2));
    await send(port, series('Localiser', 1));
    // The localiser is only kept; the other series waits for more of it.
    expect(await statusOnce(({ today }) => today.received === 3)).toMatchObject({ waiting: 1 });
    await workstation.restart();
    expect(await workstation.call('readReceiving', {})).toMatchObject({ address: on.address, waiting: 1 });

    await change({ port, slicesPerDay: 2 });
    const analysed = await statusOnce(({ waiting }) => waiting === 0);
    expect(analysed.today).toEqual({ received: 3, analysed: 2, left: 0, failed: 0 });
    const { cases } = await workstation.call('listCases', {
      ...{ filter: everyCase, sort: newestFirst, offset: 0, limit: 10 },
    });
    expect(cases).toMatchObject([{ slices: 2, analyses: 2 }]);
    expect(workstation.events.some(({ name }) => name === 'casesChanged')).toBe(true);

    await send(port, series('SAG T1', 1));
    const left = await statusOnce(({ waiting, today }) => waiting === 0 && today.received === 4);
    expect(left.today).toEqual({ received: 4, analysed: 2, left: 1, failed: 0 });
    expect(workstation.events.some(({ name }) => name === 'receivingChanged')).toBe(true);

    const { source } = await workstation.call('openReceived', {});
    const { outcome } = await workstation.job('openSources', { sources: [source.source] });
    expect(outcome).toMatchObject({ ok: true, value: { failures: [] } });
    expect(await change({ isOn: false, port })).toMatchObject({ address: null, failure: null });
    await expect(send(port, series('AX T1', 1))).rejects.toMatchObject({ code: 'pacs-unreachable' });
  },
);

test('what is in the way of listening is told, and remembered as switched on', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const taken = await change({ port });
  expect(taken).toMatchObject({ address: null, failure: { code: 'address-in-use', detail: { port } } });
  other.close();
  await once(other, 'close');
  await workstation.restart();
  expect(await workstation.call('readReceiving', {})).toMatchObject({ failure: null, settings: { port } });

  await expect(change({ port, isTls: true })).rejects.toMatchObject({ code: 'invalid-input' });
  const unusable = await change({ port, isTls: true, certificate: 'none' }, 'none');
  expect(unusable).toMatchObject({ hasKey: true, failure: { code: 'invalid-input' } });
  const names = await readdir(workstation.storeFolder);
  expect(names).toContain('pacs-credentials.json');
  expect(names).toContain('pacs-receiving.json');
});
