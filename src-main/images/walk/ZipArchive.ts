import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { constants, crc32, inflateRaw, inflateRawSync, type ZlibOptions } from 'node:zlib';
import { getFileNameLowLevel, openPromise, validateFileName, type Entry, type ZipFile } from 'yauzl';
import { UserError } from '../../../src-shared/errors.ts';
import { headBytes } from '../detectFormat.ts';
import { translateFileError } from './readFromDisk.ts';
import { describeBytes, type WalkLimits } from './walkLimits.ts';

/** All names and comments together; a directory of nothing else must not fill the memory. */
const mostDirectoryBytes = 64 * 2 ** 20;

/** Compression methods of zip files that there are readers for (APPNOTE 4.4.5). */
const stored = 0;
const deflated = 8;

const inflateRawAsync = promisify<Uint8Array, ZlibOptions, Buffer<ArrayBuffer>>(inflateRaw);

/** A file inside an archive. */
export interface ZipEntry {
  /** Path inside the archive, with `/`; it never leads outside. */
  path: string;
  isEncrypted: boolean;
  isLink: boolean;
  raw: Entry;
}

/** One zip file: its directory, checked as a whole, and entries read one at a time. Nothing is unpacked to disk. */
export class ZipArchive {
  readonly #path: string;
  readonly #limits: WalkLimits;

  constructor(path: string, limits: WalkLimits) {
    this.#path = path;
    this.#limits = limits;
  }

  /**
   * Opens the file for the time of one task. Errors of the library, which are plain ones, become
   * 'archive-damaged'.
   */
  async #whileOpen<T>(use: (zip: ZipFile) => Promise<T>): Promise<T> {
    let zip: ZipFile | null = null;
    try {
      zip = await openPromise(this.#path, { lazyEntries: true, autoClose: false, decodeStrings: false });
      return await use(zip);
    } catch (error) {
      const translated = translateFileError(error, this.#path);
      if (translated instanceof UserError) throw translated;
      // Entries under strong encryption cannot even be listed, and the library says so in words only.
      const isEncrypted = error instanceof Error && /encrypt/i.test(error.message);
      throw this.#error(isEncrypted ? 'archive-encrypted' : 'archive-damaged', {}, error);
    } finally {
      zip?.close();
    }
  }

  /**
   * The files of the archive, sorted by path.
   *
   * @throws UserError 'archive-damaged', 'archive-encrypted', 'archive-too-large' or 'archive-unsafe-path',
   *   for the archive as a whole and before any of it is unpacked
   */
  async readDirectory(): Promise<ZipEntry[]> {
    return this.#whileOpen(async (zip) => {
      const { archiveEntries } = this.#limits;
      if (zip.entryCount > archiveEntries) throw this.#tooLarge(`${archiveEntries} files`);
      const entries: ZipEntry[] = [];
      let directoryBytes = 0;
      for await (const raw of zip.eachEntry()) {
        directoryBytes += raw.fileNameLength + raw.extraFieldLength + raw.fileCommentLength;
        if (directoryBytes > mostDirectoryBytes) throw this.#tooLarge(describeBytes(mostDirectoryBytes));
        const path = this.#safePath(raw);
        if (!path.endsWith('/'))
          entries.push({ path, isEncrypted: raw.isEncrypted(), isLink: isLink(raw), raw });
      }
      this.#checkSizes(entries, (await stat(this.#path)).size);
      return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
    });
  }

  /**
   * The first bytes of an entry, enough to know its format by.
   *
   * @throws UserError 'archive-damaged', 'image-unsupported'
   */
  async readHead(entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>> {
    const packed = await this.#readPacked(entry, 4 * headBytes);
    if (entry.raw.compressionMethod === stored) return packed.subarray(0, headBytes);
    return this.#inflateHead(packed);
  }

  /**
   * A whole entry; its length and checksum are verified.
   *
   * @throws UserError 'archive-damaged', 'file-too-large', 'image-unsupported'
   */
  async readEntry(entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>> {
    const { uncompressedSize, compressedSize, compressionMethod, crc32: checksum } = entry.raw;
    const { fileBytes } = this.#limits;
    if (Math.max(uncompressedSize, compressedSize) > fileBytes) {
      throw new UserError('file-too-large', { file: basename(entry.path), limit: describeBytes(fileBytes) });
    }
    const packed = await this.#readPacked(entry, compressedSize);
    const bytes = compressionMethod === stored ? packed : await this.#inflateWhole(packed, uncompressedSize);
    if (bytes.length !== uncompressedSize || crc32(bytes) !== checksum) throw this.#error('archive-damaged');
    return bytes;
  }

  /** The bytes of an entry as they lie in the archive, or as many of them as are wanted. */
  async #readPacked(entry: ZipEntry, wanted: number): Promise<Uint8Array<ArrayBuffer>> {
    const { compressedSize, compressionMethod } = entry.raw;
    if (compressionMethod !== stored && compressionMethod !== deflated) {
      const reason = `It is packed by the zip method ${compressionMethod}`;
      throw new UserError('image-unsupported', { file: basename(entry.path), reason });
    }
    return this.#whileOpen(async (zip) => {
      const range = { decodeFileData: false, start: 0, end: Math.min(wanted, compressedSize) };
      return new Uint8Array(await buffer(await zip.openReadStreamPromise(entry.raw, range)));
    });
  }

  /** Whole and not in the way of others: on a thread of its own, and never past the size that was claimed. */
  async #inflateWhole(packed: Uint8Array<ArrayBuffer>, size: number): Promise<Uint8Array<ArrayBuffer>> {
    const options = {
      maxOutputLength: Math.max(1, size),
      chunkSize: Math.max(constants.Z_MIN_CHUNK, size + 1),
    };
    try {
      return bytesOf(await inflateRawAsync(packed, options));
    } catch (cause) {
      throw this.#error('archive-damaged', {}, cause);
    }
  }

  #inflateHead(packed: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    try {
      return bytesOf(inflateRawSync(packed, { finishFlush: constants.Z_SYNC_FLUSH })).subarray(0, headBytes);
    } catch (cause) {
      throw this.#error('archive-damaged', {}, cause);
    }
  }

  /** The entry's path, with either kind of slash as `/`. @throws UserError 'archive-unsafe-path' */
  #safePath(raw: Entry): string {
    const written = getFileNameLowLevel(raw.generalPurposeBitFlag, raw.fileNameRaw, raw.extraFields, false);
    const path = written.replaceAll('\\', '/');
    if (validateFileName(path) !== null || path.includes('\0')) throw this.#error('archive-unsafe-path');
    return path;
  }

  /** Refuses what unpacks to far more than it is (a bomb), and entries that share bytes (another kind of bomb). */
  #checkSizes(entries: readonly ZipEntry[], fileSize: number): void {
    const { archiveBytes, archiveRatio, largeBytes } = this.#limits;
    const isBomb = (unpacked: number, packed: number): boolean =>
      unpacked > largeBytes && unpacked > archiveRatio * packed;
    let [packed, unpacked] = [0, 0];
    for (const { raw } of entries) {
      if (isBomb(raw.uncompressedSize, raw.compressedSize)) throw this.#tooLarge(describeBytes(largeBytes));
      packed += raw.compressedSize;
      unpacked += raw.uncompressedSize;
    }
    if (packed > fileSize) throw this.#error('archive-damaged');
    if (isBomb(unpacked, fileSize)) throw this.#tooLarge(describeBytes(largeBytes));
    if (unpacked > archiveBytes) throw this.#tooLarge(describeBytes(archiveBytes));
  }

  #tooLarge(limit: string): UserError {
    return this.#error('archive-too-large', { limit });
  }

  #error(code: UserError['code'], detail: Record<string, string> = {}, cause?: unknown): UserError {
    return new UserError(code, { file: basename(this.#path), ...detail }, { cause });
  }
}

/** The upper half of the external attributes holds the Unix file mode. */
function isLink({ externalFileAttributes }: Entry): boolean {
  return ((externalFileAttributes >>> 16) & 0o170000) === 0o120000;
}

/** The same bytes without the methods of a `Buffer`. */
function bytesOf(buffer: Buffer<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
