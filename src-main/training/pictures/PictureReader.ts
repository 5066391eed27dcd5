import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError } from '../../../src-shared/errors.ts';
import { augment } from '../../../src-shared/imaging/augmentation/augment.ts';
import { hashContent } from '../../images/hashContent.ts';
import { openImageFile } from '../../images/openImageFile.ts';
import { toModelInput } from '../../preprocess/toModelInput.ts';
import { imageOf } from '../loop/streams.ts';
import { PictureCache } from './PictureCache.ts';
import type { LoaderOrder, LoaderSetup, PicturePlace, Wanted } from './shares.ts';

/** Reads, prepares, keeps and augments the pictures of a run; one in each loader thread. */
export class PictureReader {
  readonly #setup: LoaderSetup;
  readonly #cache: PictureCache;

  constructor(setup: LoaderSetup) {
    this.#setup = setup;
    this.#cache = new PictureCache(setup.cacheBytes);
  }

  /** Writes the wanted pictures to their places. @throws UserError when a file is gone, changed or unreadable */
  async load({ wanted, images }: LoaderOrder): Promise<void> {
    const area = this.#setup.rule.architecture.inputSize ** 2;
    for (const one of wanted) images.set(await this.#picture(one), one.place * area);
  }

  async #picture({ picture, showing }: Wanted): Promise<Float32Array> {
    const { rule, augmentation, seed, pictures } = this.#setup;
    const grey = await this.#cache.get(picture, rule.architecture.inputSize, () =>
      this.#read(pictures[picture]!),
    );
    if (showing === null) return grey.values;
    const { epoch, repetition } = showing;
    return augment(grey, augmentation, { seed, epoch, image: imageOf(picture, repetition, pictures.length) })
      .values;
  }

  async #read({ path, frame, hash }: PicturePlace): Promise<Float32Array> {
    const file = basename(path);
    const bytes = await readFile(join(this.#setup.folder, path)).catch((cause: unknown) => {
      const isGone = (cause as NodeJS.ErrnoException).code === 'ENOENT';
      throw new UserError(isGone ? 'file-not-found' : 'file-unreadable', { file }, { cause });
    });
    if (hashContent(bytes) !== hash) throw new UserError('picture-changed', { file });
    const image = await openImageFile(bytes, file);
    const index = frame === null ? 0 : image.slices.findIndex((header) => header.frame === frame);
    if (index < 0) throw new UserError('picture-changed', { file });
    return toModelInput(await image.readSlice(index), this.#setup.rule).values;
  }
}
