import { z } from 'zod';
import type { RecentSource } from '../../src-shared/contract/calls.ts';
import type { CaseStore } from '../cases/CaseStore.ts';
import type { SourceHandles } from './SourceHandles.ts';

const settingKey = 'recentSources';
const mostRemembered = 12;

const remembered = z.array(z.object({ path: z.string(), openedAt: z.string() }));

/** The last opened files and folders; their paths stay in the store, renderers get names and handles. */
export class RecentSources {
  readonly #store: CaseStore;
  readonly #handles: SourceHandles;

  constructor(store: CaseStore, handles: SourceHandles) {
    this.#store = store;
    this.#handles = handles;
  }

  /** Puts paths at the top of the list. */
  async remember(paths: readonly string[]): Promise<void> {
    const openedAt = new Date().toISOString();
    const older = (await this.#read()).filter(({ path }) => !paths.includes(path));
    const newest = paths.map((path) => ({ path, openedAt }));
    await this.#store.writeSetting(settingKey, [...newest, ...older].slice(0, mostRemembered));
  }

  /** Newest first, with handles that can be opened. */
  async list(): Promise<RecentSource[]> {
    return (await this.#read()).map(({ path, openedAt }) => ({ ...this.#handles.issue(path), openedAt }));
  }

  async #read(): Promise<z.infer<typeof remembered>> {
    return remembered.catch([]).parse(await this.#store.readSetting(settingKey));
  }
}
