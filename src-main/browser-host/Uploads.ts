import { randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { UserError } from '../../src-shared/errors.ts';
import { openPrivateFolder } from './openPrivateFolder.ts';
import { uploadPathParts } from './uploadPath.ts';

/** How much a page may upload. */
export interface UploadLimits {
  fileBytes: number;
  /** Over all uploads of this session. */
  totalBytes: number;
  files: number;
}

const gibibyte = 2 ** 30;

export const defaultUploadLimits: UploadLimits = {
  fileBytes: 4 * gibibyte,
  totalBytes: 32 * gibibyte,
  files: 200_000,
};

interface Upload {
  folder: string;
  topLevelNames: Set<string>;
  filesUnderWay: number;
}

/** What a failed write means to a person; anything unexpected stays a bug. */
function writeFailure(cause: unknown, file: string): unknown {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new UserError('disk-full', {}, { cause });
  if (code === 'EEXIST' || code === 'ENOTDIR' || code === 'EISDIR') {
    return new UserError('invalid-input', { reason: `${file} was sent twice.` }, { cause });
  }
  if (code === 'ENAMETOOLONG') {
    return new UserError('invalid-input', { reason: 'This file name is too long.' }, { cause });
  }
  return cause;
}

/**
 * Files that a page sent, kept in a folder that only this user may enter until the host closes,
 * because pixels are read from them whenever a slice is shown.
 */
export class Uploads {
  readonly #folder: string;
  readonly #limits: UploadLimits;
  readonly #uploads = new Map<string, Upload>();
  #bytes = 0;
  #files = 0;

  private constructor(folder: string, limits: UploadLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /**
   * Makes a private folder of mode 0700 and clears away those of processes that are gone.
   *
   * @throws UserError 'folder-unwritable'
   */
  static async open(temporaryFolder: string, limits = defaultUploadLimits): Promise<Uploads> {
    return new Uploads(await openPrivateFolder(temporaryFolder, 'uploads'), limits);
  }

  /** Begins an upload of any number of files. @returns its name in the following requests */
  async begin(): Promise<string> {
    const upload = randomUUID();
    const folder = join(this.#folder, upload);
    await mkdir(folder, { mode: 0o700 });
    this.#uploads.set(upload, { folder, topLevelNames: new Set(), filesUnderWay: 0 });
    return upload;
  }

  /**
   * Writes one file to the disk as it arrives; a file that fails half-way leaves nothing behind.
   *
   * @param path - relative path as the browser gives it
   * @param announcedBytes - the sender's `Content-Length`, or 0 where it gave none
   * @returns the number of bytes written
   * @throws UserError 'handle-unknown', 'invalid-input', 'file-too-large' or 'disk-full'
   */
  async receive(name: string, path: string, body: Readable, announcedBytes: number): Promise<number> {
    const upload = this.#upload(name);
    const parts = uploadPathParts(path);
    const fileName = parts.at(-1) ?? '';
    this.#checkSize(announcedBytes, announcedBytes, fileName);
    if (this.#files >= this.#limits.files) {
      throw new UserError('invalid-input', {
        reason: `At most ${this.#limits.files} files can be uploaded.`,
      });
    }
    this.#files += 1;
    upload.filesUnderWay += 1;
    try {
      const bytes = await this.#write(join(upload.folder, ...parts), fileName, body);
      upload.topLevelNames.add(parts[0]);
      return bytes;
    } catch (error) {
      this.#files -= 1;
      throw error;
    } finally {
      upload.filesUnderWay -= 1;
    }
  }

  /**
   * Ends an upload.
   *
   * @returns absolute paths of its top-level entries: the folder that was picked, or each file
   * @throws UserError 'handle-unknown', or 'invalid-input' while files are still arriving or none came
   */
  finish(name: string): string[] {
    const { folder, topLevelNames, filesUnderWay } = this.#upload(name);
    if (filesUnderWay > 0) throw new UserError('invalid-input', { reason: 'Files are still being sent.' });
    if (topLevelNames.size === 0) throw new UserError('invalid-input', { reason: 'No file was sent.' });
    this.#uploads.delete(name);
    return [...topLevelNames].map((entry) => join(folder, entry));
  }

  /** True for a path of this session's uploads. */
  holds(path: string): boolean {
    return path.startsWith(this.#folder + sep);
  }

  /** Deletes every uploaded file. */
  async close(): Promise<void> {
    this.#uploads.clear();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  #upload(name: string): Upload {
    const upload = this.#uploads.get(name);
    if (upload === undefined) throw new UserError('handle-unknown');
    return upload;
  }

  #checkSize(fileBytes: number, moreBytes: number, file: string): void {
    const limits = this.#limits;
    if (fileBytes > limits.fileBytes) {
      throw new UserError('file-too-large', { file, limit: `${limits.fileBytes} bytes` });
    }
    if (this.#bytes + moreBytes > limits.totalBytes) {
      throw new UserError('file-too-large', {
        file,
        limit: `${limits.totalBytes} bytes for all uploads together`,
      });
    }
  }

  async #write(target: string, fileName: string, body: Readable): Promise<number> {
    let written = 0;
    let isCreated = false;
    // A sender that hangs up before it is listened to is met again by the loop below.
    body.once('error', () => undefined);
    try {
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await using file = await open(target, 'wx', 0o600);
      isCreated = true;
      // Not destroyed when the loop is left early: the connection must live to carry the refusal.
      for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
        this.#checkSize(written + chunk.length, chunk.length, fileName);
        this.#bytes += chunk.length;
        written += chunk.length;
        await file.appendFile(chunk);
      }
      return written;
    } catch (error) {
      this.#bytes -= written;
      if (isCreated) await rm(target, { force: true });
      throw writeFailure(error, fileName);
    }
  }
}
