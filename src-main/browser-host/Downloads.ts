import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../src-shared/errors.ts';
import type { FileTarget } from '../calls/Host.ts';
import { openPrivateFolder } from './openPrivateFolder.ts';

/** A page fetches at once; what it has not fetched by then it never will. */
const keptMs = 10 * 60_000;

/** A file on its way to the page; whoever takes it closes and removes it. */
export interface Download {
  name: string;
  bytes: number;
  file: FileHandle;
  remove: () => Promise<void>;
}

/**
 * Files that wait for a page to fetch them, each once, under an address that nobody can guess. They lie in a folder
 * that only this user may enter.
 */
export class Downloads {
  readonly #folder: string;
  readonly #keptMs: number;
  readonly #paths = new Map<string, string>();

  private constructor(folder: string, keepMs: number) {
    this.#folder = folder;
    this.#keptMs = keepMs;
  }

  /** @throws UserError 'folder-unwritable' */
  static async open(temporaryFolder: string, keepMs = keptMs): Promise<Downloads> {
    return new Downloads(await openPrivateFolder(temporaryFolder, 'downloads'), keepMs);
  }

  /** A place for a file of that name in a folder of its own. */
  async place(name: string): Promise<FileTarget> {
    const folder = join(this.#folder, randomUUID());
    await mkdir(folder, { mode: 0o700 });
    const path = join(folder, name);
    return {
      path,
      handOver: () => Promise.resolve(`/downloads/${this.#issue(path)}`),
      giveUp: () => remove(path),
    };
  }

  /** The file of an address; the address is worthless from now on. @throws UserError 'handle-unknown' */
  async take(key: string): Promise<Download> {
    const path = this.#paths.get(key);
    if (path === undefined) throw new UserError('handle-unknown');
    this.#paths.delete(key);
    const file = await open(path);
    const { size } = await file.stat();
    return { name: basename(path), bytes: size, file, remove: () => remove(path) };
  }

  /** Deletes every file that nobody fetched. */
  async close(): Promise<void> {
    this.#paths.clear();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  #issue(path: string): string {
    const key = randomBytes(32).toString('base64url');
    this.#paths.set(key, path);
    setTimeout(() => {
      if (this.#paths.delete(key)) void remove(path);
    }, this.#keptMs).unref();
    return key;
  }
}

function remove(path: string): Promise<void> {
  return rm(dirname(path), { recursive: true, force: true, maxRetries: 3 });
}
