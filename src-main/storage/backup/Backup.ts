import { createHash, type Hash } from 'node:crypto';
import { mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import type { BackupSummary } from '../../../src-shared/domain/backup.ts';
import { throwIfCancelled, UserError, type CancelSignal } from '../../../src-shared/errors.ts';
import { migrations } from '../migrations.ts';
import { backupFormat, descriptionSchema, entryNames, isStoreEntry, parseSums } from './backupFormat.ts';

/** Enough for the description, and for the sums of a million pictures. */
const mostTextBytes = { [entryNames.description]: 2 ** 16, [entryNames.sums]: 2 ** 28 };

/** Syncing is mostly waiting. */
const filesAtOnce = 8;

/** One opened backup. Whatever is wrong with the file is 'backup-damaged'. */
export class Backup implements Disposable {
  readonly #zip: ZipFile;
  readonly #file: string;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly summary: BackupSummary;

  private constructor(zip: ZipFile, file: string, entries: Map<string, Entry>, summary: BackupSummary) {
    this.#zip = zip;
    this.#file = file;
    this.#entries = entries;
    this.summary = summary;
  }

  /**
   * Opens a backup and reads what it says of itself.
   *
   * @throws UserError 'file-not-found', 'backup-damaged', 'store-from-newer-version'
   */
  static async open(file: string): Promise<Backup> {
    const found = await stat(file).catch(() => null);
    if (found?.isFile() !== true) throw new UserError('file-not-found', { file: basename(file) });
    let zip: ZipFile | null = null;
    try {
      zip = await openPromise(file, { lazyEntries: true, autoClose: false });
      const entries = await readDirectory(zip, file);
      const { format, ...summary } = await readDescription(zip, entries, file);
      if (format > backupFormat)
        throw new UserError('store-from-newer-version', { found: format, known: backupFormat });
      if (summary.storeVersion > migrations.length)
        throw new UserError('store-from-newer-version', {
          found: summary.storeVersion,
          known: migrations.length,
        });
      return new Backup(zip, file, entries, summary);
    } catch (error) {
      zip?.close();
      throw asDamage(error, file);
    }
  }

  /**
   * Unpacks the store into a folder and proves every byte by its checksum. Files are the user's alone and synced.
   *
   * @throws UserError 'backup-damaged', 'disk-full', 'folder-unwritable', 'cancelled'
   */
  async unpack(
    folder: string,
    { signal, progress }: { signal?: CancelSignal; progress?: (done: number, total: number) => void } = {},
  ): Promise<void> {
    const sums = await this.#readSums();
    const leaves = new Set([...sums.keys()].map((name) => dirname(join(folder, name))));
    let done = 0;
    let hasFailed = false;
    const unpackOne = async (name: string): Promise<void> => {
      if (hasFailed) return;
      throwIfCancelled(signal);
      const openContent = (): Promise<Readable> =>
        this.#zip.openReadStreamPromise(this.#entries.get(name) as Entry);
      if ((await writeSynced(join(folder, name), openContent)) !== sums.get(name)) throw damage(this.#file);
      progress?.(++done, sums.size);
    };
    try {
      for (const leaf of leaves) await mkdir(leaf, { recursive: true, mode: 0o700 });
      await unpackOne(entryNames.database);
      const waiting = [...sums.keys()].filter((name) => name !== entryNames.database).values();
      const unpackWaiting = async (): Promise<void> => {
        for (const name of waiting) await unpackOne(name);
      };
      await allStopped(Array.from({ length: filesAtOnce }, unpackWaiting), () => void (hasFailed = true));
    } catch (error) {
      throw asDamage(error, this.#file);
    }
  }

  /** The sums of all that is to be unpacked, after the description has proven to be as it was written. */
  async #readSums(): Promise<Map<string, string>> {
    try {
      const sums = parseSums(await readText(this.#zip, this.#entries, entryNames.sums));
      const description = await readText(this.#zip, this.#entries, entryNames.description);
      const proven = createHash('sha256').update(description).digest('hex');
      if (sums?.get(entryNames.description) !== proven) throw damage(this.#file);
      sums.delete(entryNames.description);
      const isComplete = sums.has(entryNames.database) && sums.size === this.#entries.size - 2;
      const isKnown = [...sums.keys()].every((name) => isStoreEntry(name) && this.#isReadable(name));
      if (!isComplete || !isKnown || sums.size - 1 !== this.summary.pictures) throw damage(this.#file);
      return sums;
    } catch (error) {
      throw asDamage(error, this.#file);
    }
  }

  /** Pictures are never compressed once more: streams that can fail while others wait upset the library. */
  #isReadable(name: string): boolean {
    const entry = this.#entries.get(name);
    return entry !== undefined && (name === entryNames.database || entry.compressionMethod === 0);
  }

  [Symbol.dispose](): void {
    this.#zip.close();
  }
}

/** Waits for all of them to come to rest, also when one fails, and throws the first failure. */
async function allStopped(runs: readonly Promise<void>[], onFailure: () => void): Promise<void> {
  for (const run of runs) run.catch(onFailure);
  const failed = (await Promise.allSettled(runs)).find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function readDirectory(zip: ZipFile, file: string): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    if (entries.has(entry.fileName)) throw damage(file);
    entries.set(entry.fileName, entry);
  }
  return entries;
}

async function readDescription(zip: ZipFile, entries: ReadonlyMap<string, Entry>, file: string) {
  const description = descriptionSchema.safeParse(
    JSON.parse(await readText(zip, entries, entryNames.description)),
  );
  if (!description.success) throw damage(file);
  return description.data;
}

async function readText(
  zip: ZipFile,
  entries: ReadonlyMap<string, Entry>,
  name: keyof typeof mostTextBytes,
): Promise<string> {
  const entry = entries.get(name);
  if (entry === undefined || entry.uncompressedSize > mostTextBytes[name])
    throw new Error(`no usable ${name}`);
  return text(await zip.openReadStreamPromise(entry));
}

/**
 * @param openContent - called when it is read at once: it may fail before somebody listens otherwise
 * @returns the hash of what was written
 */
async function writeSynced(path: string, openContent: () => Promise<Readable>): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'wx', 0o600);
  try {
    await copyTo(file, hash, await openContent());
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

async function copyTo(file: FileHandle, hash: Hash, content: Readable): Promise<void> {
  try {
    for await (const chunk of content.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      await file.writeFile(chunk);
    }
  } catch (error) {
    // Read to its end instead of being destroyed: the library cannot destroy a stream whose turn to read is to come.
    await finished(content.resume()).catch(() => undefined);
    throw error;
  }
}

function damage(file: string, cause?: unknown): UserError {
  return new UserError('backup-damaged', { file: basename(file) }, { cause });
}

/** The file system's errors are about where we write; every other one is about what we read. */
function asDamage(error: unknown, file: string): unknown {
  if (error instanceof UserError) return error;
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  if (/^(ENOSPC|EDQUOT)$/.test(code)) return new UserError('disk-full', {}, { cause: error });
  if (/^(EACCES|EPERM|EROFS|EIO|EMFILE|ENFILE)$/.test(code))
    return new UserError('folder-unwritable', { folder: 'store' }, { cause: error });
  return damage(file, error);
}
