import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ParsedInput } from '../../../src-shared/contract/calls.ts';
import type { ReceivingSettings, ReceivingStatus } from '../../../src-shared/contract/receivingCalls.ts';
import { addressOf } from '../../../src-shared/domain/pacs.ts';
import { UserError, type Failure } from '../../../src-shared/errors.ts';
import { ArrivalLedger } from '../../interop/ArrivalLedger.ts';
import { CredentialStore } from '../../interop/CredentialStore.ts';
import type { RunningStorage } from '../../interop/dimse/StorageService.ts';
import { ReceivingFile } from '../../interop/ReceivingFile.ts';
import type { Handlers } from '../dispatch.ts';
import type { Parts } from '../Parts.ts';
import { reportFailure } from '../reportFailure.ts';
import { readSettings } from '../settingsCalls.ts';
import { analyseFolder } from './analyseFolder.ts';
import { ArrivalDesk } from './ArrivalDesk.ts';
import { forgetReceived, namesIn } from './forgetReceived.ts';
import { receiveInstances } from './receiveInstances.ts';

/** Its name in the folder of the store. */
const receivedName = 'received';
/** Where the key of our certificate lies among credentials; no archive can be called so. */
const keyName = 'our own certificate';
/** Between two events at least. */
const tellEveryMs = 400;
const sweepEveryMs = 24 * 3600 * 1000;

/** The receiver that is listening. */
interface Listening {
  storage: RunningStorage;
  desk: ArrivalDesk;
}

/**
 * Receives over C-STORE while the application runs, by what `bratum pacs serve` is made of. What is asked of it happens in
 * the order of asking.
 */
export class ReceivingDesk {
  readonly #parts: Parts;
  readonly #root: string;
  readonly #file: ReceivingFile;
  readonly #credentials: CredentialStore;
  #ledger: ArrivalLedger | null = null;
  #listening: Listening | null = null;
  #failure: Failure | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #news: NodeJS.Timeout | null = null;
  #sweeping: NodeJS.Timeout | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#root = join(parts.storeFolder, receivedName);
    this.#file = new ReceivingFile(parts.storeFolder);
    this.#credentials = new CredentialStore(parts.storeFolder);
  }

  get handlers(): Pick<Handlers, 'readReceiving' | 'changeReceiving' | 'openReceived'> {
    return {
      readReceiving: () => this.#inTurn(() => this.#status()),
      changeReceiving: (input) => this.#inTurn(() => this.#change(input)),
      openReceived: async () => {
        if ((await namesIn(this.#root)).length === 0) throw new UserError('pacs-nothing-there');
        return { source: this.#parts.sources.issue(this.#root) };
      },
    };
  }

  /** Listens where that was remembered; what is in the way is told by the status, and does not keep anybody from working. */
  async start(): Promise<void> {
    await this.#inTurn(async () => {
      try {
        const settings = await this.#file.read();
        await this.#sweep();
        this.#sweeping = setInterval(() => void this.#inTurn(() => this.#sweep()), sweepEveryMs).unref();
        if (settings.isOn) await this.#listen(settings);
      } catch (error) {
        this.#failure = reportFailure(error);
      }
    });
  }

  async close(): Promise<void> {
    if (this.#sweeping !== null) clearInterval(this.#sweeping);
    await this.#inTurn(() => this.#stop());
    if (this.#news !== null) clearTimeout(this.#news);
    this.#ledger?.close();
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #change({ settings, key }: ParsedInput<'changeReceiving'>): Promise<ReceivingStatus> {
    const hasKey = key === null ? await this.#hasKey() : key.trim() !== '';
    if (settings.isTls && (settings.certificate === '' || !hasKey))
      throw new UserError('invalid-input', { reason: 'TLS needs a certificate and its key.' });
    if (key !== null) await this.#credentials.keep(keyName, key.trim() === '' ? {} : { key });
    await this.#file.write(settings);
    await this.#stop();
    if (settings.isOn) await this.#listen(settings);
    return this.#status();
  }

  async #hasKey(): Promise<boolean> {
    return (await this.#credentials.placeOf(keyName)) !== 'none';
  }

  async #key(): Promise<string | null> {
    return (await this.#credentials.find(keyName)).key ?? null;
  }

  async #listen(settings: ReceivingSettings): Promise<void> {
    const desk = new ArrivalDesk(
      {
        root: this.#root,
        rules: settings.isAnalysing ? settings.rules : null,
        slicesPerDay: settings.slicesPerDay,
        quietMs: 1000 * settings.quietSeconds,
      },
      await this.#openLedger(),
      (folder, signal) => this.#analyse(folder, signal),
      () => this.#tell(),
    );
    try {
      await mkdir(this.#root, { recursive: true, mode: 0o700 });
      const key = settings.isTls ? await this.#key() : null;
      const { port, aeTitle, allowedCallers, certificate, isOnNetwork } = settings;
      const storage = await receiveInstances(
        this.#root,
        {
          ...{ host: isOnNetwork ? '0.0.0.0' : '127.0.0.1', port, aeTitle, allowedCallers },
          ...(key !== null && { tls: { cert: certificate, key } }),
        },
        (instance, folder) => {
          desk.arrived(instance, folder);
          this.#tell();
        },
      );
      this.#listening = { storage, desk };
    } catch (error) {
      await desk.close();
      this.#failure = reportFailure(error);
    }
  }

  async #stop(): Promise<void> {
    const listening = this.#listening;
    this.#listening = this.#failure = null;
    await listening?.storage.close();
    await listening?.desk.close();
  }

  async #analyse(folder: string, signal: AbortSignal): Promise<void> {
    const { store, engine: tools, host } = this.#parts;
    const { model, provider } = await readSettings(store);
    await analyseFolder(folder, { tools, store, model, provider }, signal);
    host.emit({ name: 'casesChanged', payload: {} });
  }

  async #sweep(): Promise<void> {
    const isThere = (await namesIn(this.#root)).length > 0;
    if (!isThere) return;
    const waiting = (await this.#openLedger()).waitingBelow(this.#root);
    await forgetReceived(
      this.#root,
      waiting.map(({ folder }) => folder),
    );
  }

  async #status(): Promise<ReceivingStatus> {
    const settings = await this.#file.read();
    const ledger = await this.#openLedger();
    const { port, aeTitle, isTls, isOnNetwork } = settings;
    const address = addressOf({
      ...{ protocol: 'dimse', host: isOnNetwork ? hostname() : '127.0.0.1', port, isTls },
      ...{ calledAeTitle: aeTitle, callingAeTitle: aeTitle },
    });
    return {
      settings,
      hasKey: await this.#hasKey(),
      address: this.#listening === null ? null : address,
      failure: this.#failure,
      today: ledger.today(),
      waiting: ledger.waitingBelow(this.#root).length,
      hasPictures: (await namesIn(this.#root)).length > 0,
    };
  }

  async #openLedger(): Promise<ArrivalLedger> {
    return (this.#ledger ??= await ArrivalLedger.open(this.#parts.storeFolder));
  }

  #tell(): void {
    this.#news ??= setTimeout(() => {
      this.#news = null;
      this.#parts.host.emit({ name: 'receivingChanged', payload: {} });
    }, tellEveryMs);
  }
}
