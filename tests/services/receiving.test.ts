import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultReceiving } from '../../src-shared/contract/receivingCalls.ts';
import { entry, bratum } from '../flows/commandLine.ts';
import { OpenedWorkstation } from '../flows/openedWorkstation.ts';
import { freePort } from '../support/freePort.ts';
import { makeCertificates } from './support/makeCertificates.ts';
import { orthancMissing } from './support/orthanc.ts';
import { PacsDesk } from './support/PacsDesk.ts';
import { asked, isServiceRun } from './support/startServer.ts';

const reason = isServiceRun ? orthancMissing() : asked;
const slices = 3;
const limitMs = 240_000;

interface Line {
  type: string;
  port?: number;
  received?: number;
  state?: string;
  slices?: number;
}

let desk: PacsDesk;
let serving: ChildProcess | null = null;

beforeEach(async () => {
  if (reason === null) desk = await PacsDesk.make(slices);
});

afterEach(async () => {
  if (reason !== null) return;
  if (serving !== null && serving.exitCode === null) {
    serving.kill('SIGKILL');
    await once(serving, 'close');
  }
  await desk.close();
});

/** `bratum pacs serve` in a process of its own. */
class Receiver {
  readonly lines: Line[] = [];
  readonly #child: ChildProcess;

  constructor(...words: string[]) {
    const child = spawn(
      process.execPath,
      [entry, 'pacs', 'serve', '--out', 'received', '--port', '0', '--json', ...words],
      {
        cwd: desk.folder,
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, INIT_CWD: desk.folder, BRATUM_DATA: desk.dataFolder },
      },
    );
    createInterface({ input: child.stdout }).on('line', (line) => this.lines.push(JSON.parse(line) as Line));
    this.#child = serving = child;
  }

  async line(type: string): Promise<Line> {
    for (;;) {
      const found = this.lines.find((one) => one.type === type);
      if (found !== undefined) return found;
      if (this.#child.exitCode !== null) throw new Error(`it ended before it said ${type}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async stop(): Promise<number | null> {
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGTERM');
    return ((await closed) as [number | null])[0];
  }
}

/** DCMTK's own sender. @returns true where all was acknowledged */
async function storescu(port: number, ...words: string[]): Promise<boolean> {
  // Not waited for by blocking: the receiver may be in this process.
  const sender = spawn('storescu', [...words, '127.0.0.1', String(port), ...desk.files], { stdio: 'ignore' });
  return ((await once(sender, 'close')) as [number | null])[0] === 0;
}

test(
  'DCMTK sends, everything lies there as it was, and what the rules want is analysed',
  async ({ skip }) => {
    skip(reason !== null, reason ?? '');
    const receiver = new Receiver(...['--database', 'store', '--modality', 'MR', '--quiet', '1']);
    const { port = 0 } = await receiver.line('started');
    expect(await storescu(port, '-aec', 'OTHER')).toBe(false);
    expect(await storescu(port, '-aec', 'BRATUM')).toBe(true);
    expect(await desk.pixelsIn('received')).toEqual(await desk.pixelsIn('series'));
    expect(await receiver.line('series')).toMatchObject({ state: 'analysed', slices });
    expect(await receiver.stop()).toBe(0);
    expect(receiver.lines.at(-1)).toEqual({ type: 'finished', received: slices });
    const { stdout } = await bratum(['cases', '--database', join(desk.folder, 'store'), '--json']);
    expect((JSON.parse(stdout) as { cases: object[] }).cases).toMatchObject([{ slices, analyses: slices }]);
  },
  limitMs,
);

test(
  'what the rules do not want is only kept, and what exceeds the quota is left',
  async ({ skip }) => {
    skip(reason !== null, reason ?? '');
    const words = ['--database', 'store', '--quiet', '1'];
    const receiver = new Receiver(...words, '--quota', String(slices - 1));
    expect(await storescu((await receiver.line('started')).port ?? 0, '-aec', 'BRATUM')).toBe(true);
    expect(await receiver.line('series')).toMatchObject({ state: 'left', slices });
    expect(await receiver.stop()).toBe(0);
    const other = new Receiver(...words, '--modality', 'CT');
    expect(await storescu((await other.line('started')).port ?? 0, '-aec', 'BRATUM')).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await other.stop()).toBe(0);
    expect(other.lines.filter(({ type }) => type === 'series')).toEqual([]);
    expect(other.lines.at(-1)).toEqual({ type: 'finished', received: slices });
  },
  limitMs,
);

test(
  'over TLS only who speaks it gets in',
  async ({ skip }) => {
    skip(reason !== null, reason ?? '');
    const { certificate, key, authority } = await makeCertificates(desk.folder);
    const receiver = new Receiver('--cert', certificate, '--key', key);
    const { port = 0 } = await receiver.line('started');
    expect(await storescu(port, '-aec', 'BRATUM')).toBe(false);
    expect(await storescu(port, '+tla', '+cf', authority, '-aec', 'BRATUM')).toBe(true);
    expect(await desk.pixelsIn('received')).toEqual(await desk.pixelsIn('series'));
    expect(await receiver.stop()).toBe(0);
  },
  limitMs,
);

test(
  'the application receives over TLS with a certificate of its own, whose key it keeps',
  async ({ skip }) => {
    skip(reason !== null, reason ?? '');
    const { certificate, key, authority } = await makeCertificates(desk.folder);
    const port = await freePort();
    const application = await OpenedWorkstation.open();
    try {
      const settings = {
        ...{ ...defaultReceiving, isOn: true, port, quietSeconds: 1, isTls: true },
        certificate: await readFile(certificate, 'utf8'),
      };
      const status = await application.call('changeReceiving', {
        settings,
        key: await readFile(key, 'utf8'),
      });
      expect(status).toMatchObject({ failure: null, address: `dimses://BRATUM@127.0.0.1:${port}` });
      await application.restart();
      expect(await storescu(port, '-aec', 'BRATUM')).toBe(false);
      expect(await storescu(port, '+tla', '+cf', authority, '-aec', 'BRATUM')).toBe(true);
      for (;;) {
        const { today, waiting } = await application.call('readReceiving', {});
        if (waiting > 0) await new Promise((resolve) => setTimeout(resolve, 50));
        else {
          expect(today).toEqual({ received: slices, analysed: slices, left: 0, failed: 0 });
          break;
        }
      }
      const { cases } = await application.call('listCases', {});
      expect(cases).toMatchObject([{ slices, analyses: slices }]);
    } finally {
      await application.close();
    }
  },
  limitMs,
);
