import { hashContent } from '../images/hashContent.ts';
import type { FoundFile } from '../images/FoundFile.ts';
import type { ImageFile } from '../images/ImageFile.ts';
import { openImageFile } from '../images/openImageFile.ts';

/** An opened file with the hash of its bytes. */
export interface OpenedImage {
  image: ImageFile;
  fileHash: string;
  /** Memory that it may hold: the file and its decoded samples. */
  heldBytes: number;
  /** `performance.now()` when its bytes were in memory; answers are timed from here. */
  bytesAt: number;
}

/** Reads and opens a file. @throws UserError */
export async function openFoundFile(file: FoundFile): Promise<OpenedImage> {
  const bytes = await file.readBytes();
  const bytesAt = performance.now();
  const fileHash = hashContent(bytes);
  const image = await openImageFile(bytes, file.fileName);
  return { image, fileHash, heldBytes: bytes.byteLength + decodedBytes(image), bytesAt };
}

function decodedBytes(image: ImageFile): number {
  return image.slices.reduce(
    (sum, { rows, columns, bitsStored }) => sum + rows * columns * Math.ceil(bitsStored / 8),
    0,
  );
}

/** Keeps the last opened files in memory, so that scrolling through a multi-frame file does not read it again. */
export class ImageFileCache {
  readonly #budgetBytes: number;
  readonly #byPath = new Map<string, Promise<OpenedImage>>();
  readonly #sizes = new Map<string, number>();
  /** Of all that is in it. */
  #heldBytes = 0;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  /** The opened file, from memory if it is still there. A failed read is not remembered. */
  open(file: FoundFile): Promise<OpenedImage> {
    const known = this.#byPath.get(file.path);
    if (known !== undefined) {
      this.#byPath.delete(file.path);
      this.#byPath.set(file.path, known);
      return known;
    }
    const opened = openFoundFile(file);
    this.#byPath.set(file.path, opened);
    opened.then(
      ({ heldBytes }) => {
        this.#heldBytes += heldBytes - (this.#sizes.get(file.path) ?? 0);
        this.#sizes.set(file.path, heldBytes);
        this.#dropOldest();
      },
      () => this.#byPath.delete(file.path),
    );
    return opened;
  }

  #dropOldest(): void {
    for (const path of this.#byPath.keys()) {
      if (this.#heldBytes <= this.#budgetBytes || this.#sizes.size <= 1) return;
      const size = this.#sizes.get(path);
      if (size === undefined) continue;
      this.#byPath.delete(path);
      this.#sizes.delete(path);
      this.#heldBytes -= size;
    }
  }
}
