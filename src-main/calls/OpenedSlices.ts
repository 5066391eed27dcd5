import { createHash, randomUUID } from 'node:crypto';
import type { SliceHandle } from '../../src-shared/domain/collection.ts';
import type { Slice, SliceHeader } from '../../src-shared/domain/slice.ts';
import { UserError } from '../../src-shared/errors.ts';
import type { CaseStore, SliceContent } from '../cases/CaseStore.ts';
import type { FoundFile } from '../images/FoundFile.ts';
import { ImageFileCache } from './ImageFileCache.ts';

/** A slice in memory, with what identifies its content and the moment its bytes were there. */
export interface DecodedSlice {
  slice: Slice;
  content: SliceContent;
  bytesAt: number;
}

interface OpenedFile {
  file: FoundFile;
  sliceCount: number;
}

interface Place {
  file: FoundFile;
  index: number;
}

const usualCacheBytes = 256 * 1024 * 1024;

/** Some 500 bytes each, so at most 100 MB. */
const usualFileLimit = 200_000;

/** Slices that renderers may ask for by handle: those of opened files, and those of stored cases. */
export class OpenedSlices {
  readonly #store: CaseStore;
  readonly #cache: ImageFileCache;
  /** By what the handles of their slices begin with; the longest unused first. */
  readonly #files = new Map<string, OpenedFile>();
  readonly #fileLimit: number;
  /** Nobody can work out a handle from a path. */
  readonly #salt = randomUUID();

  /**
   * @param cacheBytes - memory for opened files
   * @param fileLimit - files whose handles hold; with one more, those of the longest unused file are given back
   */
  constructor(store: CaseStore, cacheBytes = usualCacheBytes, fileLimit = usualFileLimit) {
    this.#store = store;
    this.#cache = new ImageFileCache(cacheBytes);
    this.#fileLimit = fileLimit;
  }

  /** Opens a file and issues a handle for each of its slices; the same slice has the same handle each time. */
  async register(file: FoundFile): Promise<{ handle: SliceHandle; header: SliceHeader }[]> {
    const { image } = await this.#cache.open(file);
    const key = this.#keyOf(file);
    this.#remember(key, { file, sliceCount: image.slices.length });
    return image.slices.map((header, index) => ({ handle: `${key}:${index}`, header }));
  }

  /** True for a slice that lies in the case store already. */
  isStored(handle: SliceHandle): boolean {
    return this.#placeOf(handle) === undefined;
  }

  /** The stored handle of a slice; null where the case store does not have it. @throws UserError 'handle-unknown' */
  async storedHandle(handle: SliceHandle): Promise<SliceHandle | null> {
    return this.isStored(handle) ? handle : this.#store.findSlice((await this.decode(handle)).content);
  }

  /** The stored handle of a slice, which is put into the case store if need be. @throws UserError 'handle-unknown' */
  async keep(handle: SliceHandle): Promise<SliceHandle> {
    if (this.isStored(handle)) return handle;
    const { content, slice } = await this.decode(handle);
    return this.#store.keepSlice(content, slice);
  }

  /** The files behind handles, each once, in the order of the handles. @throws UserError 'handle-unknown' */
  filesOf(handles: readonly SliceHandle[]): FoundFile[] {
    const files = new Map<string, FoundFile>();
    for (const handle of handles) {
      const file = this.#placeOf(handle)?.file;
      if (file === undefined) throw new UserError('handle-unknown');
      files.set(file.path, file);
    }
    return [...files.values()];
  }

  /** The slice behind a handle, for looking at. @throws UserError 'handle-unknown', or what reading it gives */
  async readSlice(handle: SliceHandle): Promise<Slice> {
    return this.isStored(handle) ? this.#store.readSlice(handle) : (await this.decode(handle)).slice;
  }

  /** The slice of an opened file, for analysing. @throws UserError 'handle-unknown', or what reading it gives */
  async decode(handle: SliceHandle): Promise<DecodedSlice> {
    const place = this.#placeOf(handle);
    if (place === undefined) throw new UserError('handle-unknown');
    const askedAt = performance.now();
    const { image, fileHash, bytesAt } = await this.#cache.open(place.file);
    const slice = await image.readSlice(place.index);
    return {
      slice,
      content: { fileHash, frame: slice.frame, volumePlane: slice.volumePlane },
      bytesAt: Math.max(bytesAt, askedAt),
    };
  }

  #keyOf(file: FoundFile): string {
    const digest = createHash('sha256').update(`${this.#salt}\0${file.path}`).digest('hex');
    // By way of its bytes it is one piece; put together from texts it would hold on to the pieces.
    return Buffer.from(`slice:${digest.slice(0, 32)}`).toString('latin1');
  }

  #remember(key: string, opened: OpenedFile): void {
    this.#files.delete(key);
    this.#files.set(key, opened);
    if (this.#files.size <= this.#fileLimit) return;
    const [longestUnused] = this.#files.keys();
    if (longestUnused !== undefined) this.#files.delete(longestUnused);
  }

  /** Where a slice of an opened file lies, which counts as a use of it; undefined for any other handle. */
  #placeOf(handle: SliceHandle): Place | undefined {
    const end = handle.lastIndexOf(':');
    const [key, number] = [handle.slice(0, end), handle.slice(end + 1)];
    const opened = this.#files.get(key);
    const index = /^\d{1,9}$/.test(number) ? Number(number) : Infinity;
    if (opened === undefined || index >= opened.sliceCount) return undefined;
    this.#remember(key, opened);
    return { file: opened.file, index };
  }
}
