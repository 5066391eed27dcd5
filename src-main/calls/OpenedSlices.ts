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

interface Place {
  file: FoundFile;
  index: number;
}

const usualCacheBytes = 256 * 1024 * 1024;

/** Slices that renderers may ask for by handle: those of opened files, and those of stored cases. */
export class OpenedSlices {
  readonly #store: CaseStore;
  readonly #files: ImageFileCache;
  readonly #places = new Map<SliceHandle, Place>();
  /** Nobody can work out a handle from a path. */
  readonly #salt = randomUUID();

  /** @param cacheBytes - memory for opened files */
  constructor(store: CaseStore, cacheBytes = usualCacheBytes) {
    this.#store = store;
    this.#files = new ImageFileCache(cacheBytes);
  }

  /** Opens a file and issues a handle for each of its slices; the same slice keeps its handle. */
  async register(file: FoundFile): Promise<{ handle: SliceHandle; header: SliceHeader }[]> {
    const { image } = await this.#files.open(file);
    return image.slices.map((header, index) => ({ handle: this.#issue(file, index), header }));
  }

  /** True for a slice that lies in the case store already. */
  isStored(handle: SliceHandle): boolean {
    return !this.#places.has(handle);
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
      const file = this.#places.get(handle)?.file;
      if (file === undefined) throw new UserError('handle-unknown');
      files.set(file.path, file);
    }
    return [...files.values()];
  }

  /** The slice behind a handle, for looking at. @throws UserError 'handle-unknown', or what reading it gives */
  async readSlice(handle: SliceHandle): Promise<Slice> {
    return this.#places.has(handle) ? (await this.decode(handle)).slice : this.#store.readSlice(handle);
  }

  /** The slice of an opened file, for analysing. @throws UserError 'handle-unknown', or what reading it gives */
  async decode(handle: SliceHandle): Promise<DecodedSlice> {
    const place = this.#places.get(handle);
    if (place === undefined) throw new UserError('handle-unknown');
    const askedAt = performance.now();
    const { image, fileHash, bytesAt } = await this.#files.open(place.file);
    const slice = await image.readSlice(place.index);
    return {
      slice,
      content: { fileHash, frame: slice.frame, volumePlane: slice.volumePlane },
      bytesAt: Math.max(bytesAt, askedAt),
    };
  }

  #issue(file: FoundFile, index: number): SliceHandle {
    // A digest, and not a number to be looked up by the path: handles are never given back, so each must be small. By way
    // of its bytes it is one piece; put together from texts it would hold on to the pieces.
    const digest = createHash('sha256').update(`${this.#salt}\0${file.path}\0${index}`).digest('hex');
    const handle: SliceHandle = Buffer.from(`slice:${digest.slice(0, 32)}`).toString('latin1');
    this.#places.set(handle, { file, index });
    return handle;
  }
}
