import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as playwrightTest, type Page } from '@playwright/test';
import { decodeMessage } from '../../src-shared/contract/codec.ts';
import { findBrowser } from '../support/findBrowser.ts';
import { startHost, type RunningHost } from '../support/startHost.ts';
import { WarmHost } from '../support/WarmHost.ts';
import { CasesPage } from './pages/CasesPage.ts';
import { ReadPage } from './pages/ReadPage.ts';

/** A browser without a graphics card reads each WebGL picture back to show it, and says that this is slow. */
const readsBack = /GL Driver Message .* GPU stall due to ReadPixels/;

/** Complaints that a spec provokes on purpose, for instance by killing the host. */
interface Expectations {
  expectedComplaints: RegExp;
}

interface WorkerFixtures {
  warmHost: WarmHost;
}

interface Fixtures {
  /** What one person's workstation remembers; empty at first, gone afterwards. */
  dataFolder: string;
  /** A folder for files that the spec makes. */
  scratchFolder: string;
  workstation: WorkstationUnderTest;
  read: ReadPage;
  cases: CasesPage;
  /** Fails the spec on console errors, policy violations, and requests that leave the machine. */
  watch: void;
}

/** The real host behind the real page, with what the page has asked of it. */
export class WorkstationUnderTest {
  readonly #page: Page;
  readonly #dataFolder: string;
  readonly #warmHost: WarmHost;
  #host: RunningHost | null = null;
  /** Names of the calls that the page has sent since the last start, in order. */
  calls: string[] = [];

  constructor(page: Page, dataFolder: string, warmHost: WarmHost) {
    this.#page = page;
    this.#dataFolder = dataFolder;
    this.#warmHost = warmHost;
    // From the start: told only when a spec begins to wait for one, the page may meet the key that opens it first.
    page.on('filechooser', () => undefined);
    page.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => {
        if (typeof payload === 'string') return;
        const message = decodeMessage(payload) as { call?: string };
        if (message.call !== undefined) this.calls.push(message.call);
      });
    });
  }

  /** Starts on what was stored before, in the process that hosted the tests before this one. */
  async start(): Promise<void> {
    await this.#show(await this.#warmHost.open(this.#dataFolder));
  }

  /**
   * Ends the host and starts it as a person does, in a new process that remembers nothing but what was stored.
   *
   * @param dataFolder - of another store, where one is meant
   */
  async restart(dataFolder = this.#dataFolder): Promise<void> {
    await this.stop();
    await this.#show(await startHost(dataFolder));
  }

  /** Ends the host's process under an open page, as a crash would. */
  async killHost(): Promise<void> {
    await this.#host?.kill();
    this.#host = null;
  }

  async stop(): Promise<void> {
    await this.#page.goto('about:blank');
    await this.#host?.stop();
    this.#host = null;
  }

  async #show(host: RunningHost): Promise<void> {
    this.#host = host;
    this.calls = [];
    await this.#page.goto(host.url);
  }
}

/** The folder is gone afterwards, whatever the spec left in it. */
async function withFolder(name: string, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), `bratum-${name}-`));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isLocal(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return hostname === '127.0.0.1' || ['about:', 'blob:', 'data:'].includes(protocol);
}

/** For `test.use`: what one person's workstation remembers is put there before it starts. */
export function remembering(fill: (dataFolder: string) => Promise<void>): Parameters<typeof test.use>[0] {
  return {
    dataFolder: async ({ dataFolder }, use) => {
      await fill(dataFolder);
      await use(dataFolder);
    },
  };
}

/** A screen test: a fresh profile, a fresh store, a workstation of its own. */
export const test = playwrightTest.extend<Fixtures & Expectations, WorkerFixtures>({
  launchOptions: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from the pattern
    async ({}, use) => {
      const browser = await findBrowser();
      if (!browser.isFound) throw new Error(`No browser for screen tests. ${browser.reason}`);
      const { executablePath, args, env } = browser;
      await use({ executablePath, args, env: { ...process.env, ...env } });
    },
    { scope: 'worker' },
  ],

  warmHost: [
    // eslint-disable-next-line no-empty-pattern -- as above
    async ({}, use) => {
      const warmHost = new WarmHost();
      await use(warmHost);
      await warmHost.kill();
    },
    { scope: 'worker' },
  ],

  // Matches nothing.
  expectedComplaints: [/(?!)/, { option: true }],

  // eslint-disable-next-line no-empty-pattern -- as above
  dataFolder: async ({}, use) => withFolder('data', use),

  // eslint-disable-next-line no-empty-pattern -- as above
  scratchFolder: async ({}, use) => withFolder('scratch', use),

  watch: [
    async ({ context, expectedComplaints }, use) => {
      const complaints: string[] = [];
      context.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      context.on('weberror', (error) => complaints.push(String(error.error())));
      context.on('request', (request) => {
        if (!isLocal(request.url())) complaints.push(`a request left the machine: ${request.url()}`);
      });
      await use();
      const unexpected = complaints.filter((text) => !expectedComplaints.test(text) && !readsBack.test(text));
      test.expect(unexpected).toEqual([]);
    },
    { auto: true },
  ],

  workstation: async ({ page, dataFolder, warmHost }, use) => {
    const workstation = new WorkstationUnderTest(page, dataFolder, warmHost);
    await workstation.start();
    await use(workstation);
    await workstation.stop();
  },

  read: async ({ page, workstation: _ }, use) => use(new ReadPage(page)),

  cases: async ({ page, workstation: _ }, use) => use(new CasesPage(page)),
});

export const { expect } = test;
