import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline, Readable, Transform, type PassThrough } from 'node:stream';
import { ZipFile } from 'yazl';
import type { BackupSummary } from '../../../src-shared/domain/backup.ts';
import { throwIfCancelled, UserError } from '../../../src-shared/errors.ts';
import { syncFolder } from '../syncFolder.ts';
import { backupFormat, blobEntry, entryNames, sumLine } from './backupFormat.ts';
import { StoreSnapshot } from './StoreSnapshot.ts';

export interface BackupTask {
  storeFolder: string;
  /** Where the backup goes; what lies there is replaced in the end, or left as it is. */
  file: string;
  applicationVersion: string;
  signal?: AbortSignal;
  /** Pictures written so far, of how many. */
  progress?: (done: number, total: number) => void;
}

/** A written backup, with the hash of the whole file, to be noted elsewhere. */
export interface WrittenBackup extends BackupSummary {
  bytes: number;
  sha256: string;
}

/** An entry comes in several small pieces, and each write is a wait. */
const bytesAtOnce = 2 ** 20;

/** A patient who is erased while we copy: begin anew, so that the backup does not know them either. */
const attempts = 3;

/**
 * Copies a store into one file while it is in use: one state of the database, and the pictures which that state names.
 * The file is written under a temporary name beside its place, synced, and renamed.
 *
 * @throws UserError 'store-unavailable', 'store-damaged' when a picture is missing, 'store-busy', 'disk-full',
 * 'folder-unwritable', 'cancelled'
 */
export async function writeBackup(task: BackupTask): Promise<WrittenBackup> {
  const temporary = { archive: `${task.file}.part`, database: `${task.file}.part.db` };
  try {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const written = await tryBackup(task, temporary);
      if (written === null) continue;
      await rename(temporary.archive, task.file);
      await syncFolder(dirname(task.file));
      return written;
    }
    throw new UserError('store-busy');
  } catch (error) {
    throw toBackupError(error, task);
  } finally {
    for (const file of Object.values(temporary)) await rm(file, { force: true }).catch(() => undefined);
  }
}

/** @returns null where a picture went because its patient was erased */
async function tryBackup(
  { storeFolder, applicationVersion, signal, progress }: BackupTask,
  temporary: { archive: string; database: string },
): Promise<WrittenBackup | null> {
  using snapshot = await StoreSnapshot.take(storeFolder);
  const { pictures, ...counts } = snapshot.describe();
  await snapshot.copyTo(temporary.database, signal);
  const createdAt = new Date().toISOString();
  const summary: BackupSummary = { createdAt, applicationVersion, ...counts, pictures: pictures.length };
  const sums: string[] = [];
  let done = 0;
  using zip = new HashedZip(sums);
  zip.addText(
    entryNames.description,
    () => `${JSON.stringify({ format: backupFormat, ...summary }, null, 2)}\n`,
  );
  zip.addFile(entryNames.database, temporary.database, { compress: true });
  for (const hash of pictures) {
    const name = blobEntry(hash);
    zip.addFile(name, join(storeFolder, name), { compress: false }, () => {
      progress?.(++done, pictures.length);
    });
  }
  zip.addText(entryNames.sums, () => sums.join(''));
  try {
    const written = await writeSynced(temporary.archive, zip.end(), signal);
    return { ...summary, ...written };
  } catch (error) {
    throwIfCancelled(signal);
    const lost = zip.failedOn;
    if (lost === null || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    using now = await StoreSnapshot.take(storeFolder);
    if (now.describe().pictures.includes(basename(lost)))
      throw new UserError('store-damaged', {}, { cause: error });
    return null;
  }
}

/** A zip file whose entries are read and hashed one after the other, when their turn comes. */
class HashedZip implements Disposable {
  readonly #zip = new ZipFile();
  readonly #sums: string[];
  #source: Readable | null = null;
  /** The entry whose file could not be read. */
  failedOn: string | null = null;

  constructor(sums: string[]) {
    this.#sums = sums;
    this.#zip.on('error', (error: Error) => this.#output.destroy(error));
  }

  get #output(): PassThrough {
    return this.#zip.outputStream as PassThrough;
  }

  addText(name: string, text: () => string): void {
    this.#add(
      name,
      { compress: true },
      () => Readable.from([Buffer.from(text())]),
      () => undefined,
    );
  }

  addFile(name: string, path: string, options: { compress: boolean }, onRead = (): void => undefined): void {
    this.#add(name, options, () => createReadStream(path), onRead);
  }

  /** Closes the file that is being read, where the archive was not wanted to its end. */
  [Symbol.dispose](): void {
    this.#source?.destroy();
  }

  end(): Readable {
    this.#zip.end();
    return this.#output;
  }

  #add(name: string, options: { compress: boolean }, read: () => Readable, onRead: () => void): void {
    const attributes = { ...options, compressionLevel: options.compress ? 1 : 0, mode: 0o100600 };
    this.#zip.addReadStreamLazy(name, attributes, (deliver) => {
      const hash = createHash('sha256');
      const source = read();
      source.on('error', () => (this.failedOn ??= name));
      this.#source = source;
      const hashed = pipeline(source, hashing(hash), (error) => {
        // The library does not listen for errors of what it is given.
        if (error) this.#zip.emit('error', error);
      });
      hashed.on('end', () => {
        this.#sums.push(sumLine(hash.digest('hex'), name));
        onRead();
      });
      deliver(null, hashed);
    });
  }
}

/** Passes bytes on unchanged. */
function hashing(hash: Hash): Transform {
  return new Transform({
    transform(chunk: Buffer, _, pass) {
      hash.update(chunk);
      pass(null, chunk);
    },
  });
}

async function writeSynced(
  path: string,
  content: Readable,
  signal: AbortSignal | undefined,
): Promise<{ bytes: number; sha256: string }> {
  const file = await open(path, 'w', 0o600);
  const hash = createHash('sha256');
  const waiting: Buffer[] = [];
  let waitingBytes = 0;
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      throwIfCancelled(signal);
      hash.update(chunk);
      waiting.push(chunk);
      waitingBytes += chunk.length;
      if (waitingBytes < bytesAtOnce) continue;
      await file.writeFile(Buffer.concat(waiting.splice(0)));
      waitingBytes = 0;
    }
    await file.writeFile(Buffer.concat(waiting));
    await file.sync();
    return { bytes: (await file.stat()).size, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

function toBackupError(error: unknown, { file, signal }: BackupTask): unknown {
  if (signal?.aborted) return new UserError('cancelled', {}, { cause: error });
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (error instanceof UserError || typeof code !== 'string') return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new UserError('disk-full', {}, { cause: error });
  return new UserError('folder-unwritable', { folder: basename(dirname(file)) }, { cause: error });
}
