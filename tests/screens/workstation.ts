import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as playwrightTest, type Page } from '@playwright/test';
import { decodeMessage } from '../../src-shared/contract/codec.ts';
import { findBrowser } from '../support/findBrowser.ts';
import { startHost, type RunningHost } from '../support/startHost.ts';
import { CasesPage } from './pages/CasesPage.ts';
import { ReadPage } from './pages/ReadPage.ts';

/** A browser without a graphics card reads each WebGL picture back to show it, and says that this is slow. */
const readsBack = /GL Driver Message .* GPU stall due to ReadPixels/;

/** Complaints that a spec provokes on purpose, for instance by killing the host. */
interface Expectations {
  expectedComplaints: RegExp;
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
  #host: RunningHost | null = null;
  /** Names of the calls that the page has sent since the last start, in order. */
  calls: string[] = [];

  constructor(page: Page, dataFolder: string) {
    this.#page = page;
    this.#dataFolder = dataFolder;
    page.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => {
        if (typeof payload === 'string') return;
        const message = decodeMessage(payload) as { call?: string };
        if (message.call !== undefined) this.calls.push(message.call);
      });
    });
  }

  /** Starts on what was stored before. */
  start(): Promise<void> {
    return this.startWith(this.#dataFolder);
  }

  /** Starts on the store of another folder. */
  async startWith(dataFolder: string): Promise<void> {
    this.#host = await startHost(dataFolder);
    this.calls = [];
    await this.#page.goto(this.#host.url);
  }

  /** Ends the host under an open page, as a crash would. */
  async killHost(): Promise<void> {
    await this.#host?.stop();
    this.#host = null;
  }

  async stop(): Promise<void> {
    await this.#page.goto('about:blank');
    await this.killHost();
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

/** A screen test: a fresh profile, a fresh store, a host of its own. */
export const test = playwrightTest.extend<Fixtures & Expectations>({
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

  workstation: async ({ page, dataFolder }, use) => {
    const workstation = new WorkstationUnderTest(page, dataFolder);
    await workstation.start();
    await use(workstation);
    await workstation.stop();
  },

  read: async ({ page, workstation: _ }, use) => use(new ReadPage(page)),

  cases: async ({ page, workstation: _ }, use) => use(new CasesPage(page)),
});

export const { expect } = test;
