import { createHash, randomUUID } from 'node:crypto';
import { existsSync, rmSync, statSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { UserError } from '../../src-shared/errors.ts';
import { syncFolder } from './syncFolder.ts';
import { toStorageError } from './toStorageError.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Lower-case hex SHA-256, the name of a blob. */
const hashPattern = /^[0-9a-f]{64}$/;

/**
 * Immutable byte arrays by the SHA-256 of their content: `ab/abcd…`, compressed with Zstandard
 * (`docs/storage.md` has the measurement). The hash is that of the uncompressed bytes, so it proves the whole
 * way back, and equal pixels are kept once.
 *
 * A blob is written to `incoming/` under a name of its own, synced, renamed to its place, and the folders
 * that name it are synced. A crash leaves at worst a file in `incoming/` or a blob that nothing names.
 * Any number of processes may write the same blob at once: every one renames the same content.
 */
export class BlobStore {
  readonly #folder: string;
  readonly #incoming: string;
  /** Folders of blobs that are there for good: made, and synced into their parent. */
  readonly #lastingLeaves = new Set<string>();

  private constructor(folder: string) {
    this.#folder = folder;
    this.#incoming = join(folder, 'incoming');
  }

  /** Opens the store in a folder, which is made if need be. @throws UserError */
  static async open(folder: string): Promise<BlobStore> {
    const store = new BlobStore(folder);
    try {
      await mkdir(store.#incoming, { recursive: true, mode: 0o700 });
      await syncFolder(folder);
      await syncFolder(dirname(folder));
    } catch (error) {
      throw toStorageError(error);
    }
    return store;
  }

  /**
   * Makes contents durable; a row that names one may be committed afterwards.
   *
   * @returns the hash of each content, in order
   * @throws UserError 'disk-full' or 'store-unavailable'
   */
  async writeAll(contents: readonly Uint8Array[]): Promise<string[]> {
    const hashes = contents.map(hashOf);
    const distinct = new Map(hashes.map((hash, index) => [hash, contents[index] as Uint8Array]));
    try {
      const leaves = new Set(
        await Promise.all([...distinct].map(([hash, content]) => this.#write(hash, content))),
      );
      await Promise.all([...leaves].map(syncFolder));
      if ([...leaves].every((leaf) => this.#lastingLeaves.has(leaf))) return hashes;
      await syncFolder(this.#folder);
      for (const leaf of leaves) this.#lastingLeaves.add(leaf);
    } catch (error) {
      throw toStorageError(error);
    }
    return hashes;
  }

  /**
   * The content of a blob, proven by its hash.
   *
   * @param byteLength - its size as the row that names it implies; nothing larger is ever read
   * @throws UserError 'store-damaged' when the blob is missing or is not what was written
   */
  async read(hash: string, byteLength: number): Promise<Uint8Array<ArrayBuffer>> {
    const path = this.#path(hash);
    try {
      // Zstandard adds at most 1/255 of the size and a header to what it cannot compress.
      if ((await stat(path)).size > byteLength + byteLength / 128 + 1024)
        throw new UserError('store-damaged');
      const content = await decompress(await readFile(path), { maxOutputLength: Math.max(1, byteLength) });
      if (content.length !== byteLength || hashOf(content) !== hash) throw new UserError('store-damaged');
      return new Uint8Array(content);
    } catch (error) {
      if (isDamage(error)) throw new UserError('store-damaged', {}, { cause: error });
      throw toStorageError(error);
    }
  }

  has(hash: string): boolean {
    return existsSync(this.#path(hash));
  }

  /**
   * Removes a blob that no row names; the caller holds the database's write lock.
   *
   * @param olderThanMs - one that was written since, or written again, may belong to a writer that is at work
   * @returns whether it was removed
   */
  remove(hash: string, olderThanMs: number): boolean {
    const path = this.#path(hash);
    const file = statSync(path, { throwIfNoEntry: false });
    if (file === undefined || isYounger(file, olderThanMs)) return false;
    rmSync(path, { force: true });
    return true;
  }

  /** Every blob of the store, in no particular order. */
  async *list(): AsyncGenerator<string> {
    for (const leaf of await readdir(this.#folder)) {
      if (leaf.length !== 2) continue;
      for (const name of await readdir(join(this.#folder, leaf))) if (hashPattern.test(name)) yield name;
    }
  }

  /**
   * Removes what a crash left in `incoming/`.
   *
   * @param olderThanMs - younger files may belong to a writer that is at work
   * @returns how many files were removed
   */
  async removeAbandoned(olderThanMs: number): Promise<number> {
    let removed = 0;
    for (const name of await readdir(this.#incoming)) {
      const path = join(this.#incoming, name);
      const file = await stat(path).catch(() => null);
      if (file === null || isYounger(file, olderThanMs)) continue;
      await rm(path, { force: true });
      removed++;
    }
    return removed;
  }

  /** @returns the folder to sync, so that the blob's name lasts */
  async #write(hash: string, content: Uint8Array): Promise<string> {
    const path = this.#path(hash);
    const leaf = dirname(path);
    // To be synced even if the blob is there: whoever renamed it may not have come that far.
    if (existsSync(path) && (await touch(path))) return leaf;
    const temporary = join(this.#incoming, `${hash}.${randomUUID()}`);
    try {
      await writeSynced(temporary, await compress(content));
      await mkdir(leaf, { recursive: true, mode: 0o700 });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      // Windows refuses to replace a file that somebody reads; it has the same content.
      if (!existsSync(path)) throw error;
    }
    return leaf;
  }

  #path(hash: string): string {
    if (!hashPattern.test(hash)) throw new UserError('store-damaged');
    return join(this.#folder, hash.slice(0, 2), hash);
  }
}

/** The clock of files is finer than ours: with no age at all, nothing is young. */
function isYounger({ mtimeMs }: { mtimeMs: number }, ageMs: number): boolean {
  return ageMs > 0 && Date.now() - mtimeMs < ageMs;
}

/** Makes a file young, so that nobody tidies it away before its row is there. @returns false where it is gone */
async function touch(path: string): Promise<boolean> {
  const now = new Date();
  return utimes(path, now, now).then(
    () => true,
    () => existsSync(path),
  );
}

function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

async function writeSynced(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** True for a blob that is missing, is no Zstandard stream, or unpacks to more than it should. */
function isDamage(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return /^(ENOENT|EISDIR|ERR_BUFFER_TOO_LARGE|Z_|ZSTD_)/.test(String(error.code));
}
