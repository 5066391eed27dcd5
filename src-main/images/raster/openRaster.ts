import sharp from 'sharp';
import {
  type Samples,
  type Slice,
  type SliceHeader,
  plainPicture,
} from '../../../src-shared/domain/slice.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { releaseMemory } from '../../../src-shared/releaseMemory.ts';
import { checkPictureSize, mostPixels } from '../checkPictureSize.ts';
import type { ImageFile } from '../ImageFile.ts';
import { averageColour } from '../averageColour.ts';
import { looksTruncated } from './looksTruncated.ts';
import type { RasterFormat } from './RasterFormat.ts';
import { readJpegSize } from './readJpegSize.ts';

/** How one page is decoded. */
interface Page {
  rows: number;
  columns: number;
  /** The decoder's target; that of the file itself wherever it is grey, so that no value is converted. */
  space: 'b-w' | 'grey16' | 'srgb' | 'rgb16';
  depth: 'uchar' | 'char' | 'ushort' | 'uint' | 'int' | 'float';
}

/** A stack of more pages than this is no head scan. */
const mostPages = 4096;

// Every picture is decoded once, so a cache of decoded ones would only cost memory.
sharp.cache(false);

/**
 * Opens a JPEG, PNG, TIFF or WebP picture. Pages of a TIFF are frames; of an animated WebP the first picture
 * is taken. EXIF orientation is honoured, an alpha channel dropped, 16 bits are kept, colour is averaged to
 * grey (see `averageColour`), and an embedded colour profile is ignored, since grey values are data here.
 *
 * @throws UserError 'image-damaged', 'file-truncated', 'image-too-small', 'image-too-large',
 *   'image-unsupported'; half a picture is an error, never a picture that is grey below
 */
export async function openRaster(
  bytes: Uint8Array<ArrayBuffer>,
  format: RasterFormat,
  fileName: string,
): Promise<ImageFile> {
  const pages = await typed(() => readPages(bytes, format, fileName));
  const slices = pages.map((page, index) => headerOf(page, pages.length > 1 ? index : null));

  return {
    slices,
    async readSlice(index): Promise<Slice> {
      const [header, page] = [slices[index], pages[index]];
      if (header === undefined || page === undefined) throw new RangeError(`no page ${index}`);
      const samples = await typed(() => decodePage(bytes, page, index));
      if (samples.length !== page.rows * page.columns) throw damaged();
      return { ...header, samples };
    },
  };

  function headerOf({ rows, columns, depth }: Page, frame: number | null): SliceHeader {
    return {
      ...plainPicture,
      fileName,
      format,
      frame,
      rows,
      columns,
      bitsStored: { uchar: 8, char: 8, ushort: 16, uint: 32, int: 32, float: 32 }[depth],
    };
  }

  function damaged(cause?: unknown): UserError {
    const code = looksTruncated(bytes, format) ? 'file-truncated' : 'image-damaged';
    return new UserError(code, { file: fileName }, { cause });
  }

  /** The decoder's errors are about the file; none of them is a bug of ours. */
  async function typed<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof UserError ? error : damaged(error);
    }
  }
}

async function readPages(bytes: Uint8Array, format: RasterFormat, fileName: string): Promise<Page[]> {
  const plain = format === 'jpeg' ? readJpegSize(bytes) : null;
  if (plain !== null) {
    checkPictureSize(plain.rows, plain.columns, fileName);
    return [{ ...plain, space: plain.components === 1 ? 'b-w' : 'srgb', depth: 'uchar' }];
  }
  const { count, page } = await readPage(bytes, 0, fileName);
  if (format !== 'tiff' || count === 1) return [page];
  if (count > mostPages)
    throw new UserError('file-too-large', { file: fileName, limit: `${mostPages} pages` });
  const pages = [page];
  for (let index = 1; index < count; index++) pages.push((await readPage(bytes, index, fileName)).page);
  return pages;
}

async function readPage(
  bytes: Uint8Array,
  index: number,
  fileName: string,
): Promise<{ count: number; page: Page }> {
  const { pages, space, depth, autoOrient } = await sharp(bytes, {
    page: index,
    limitInputPixels: false,
  }).metadata();
  const { height: rows, width: columns } = autoOrient;
  checkPictureSize(rows, columns, fileName);
  return { count: pages ?? 1, page: { rows, columns, ...decodingOf(space, depth, fileName) } };
}

function decodingOf(space: string, depth: string, fileName: string): Pick<Page, 'space' | 'depth'> {
  if (space === 'rgb16') return { space, depth: 'ushort' };
  if (space === 'grey16' && depth === 'ushort') return { space, depth };
  if (space === 'b-w' && isGreyDepth(depth)) return { space, depth };
  if (space === 'b-w' || space === 'grey16') {
    throw new UserError('image-unsupported', {
      file: fileName,
      reason: `Its samples are of the type ${depth}`,
    });
  }
  return { space: 'srgb', depth: 'uchar' };
}

function isGreyDepth(depth: string): depth is Exclude<Page['depth'], 'ushort'> {
  return ['uchar', 'char', 'uint', 'int', 'float'].includes(depth);
}

async function decodePage(bytes: Uint8Array, { space, depth }: Page, page: number): Promise<Samples> {
  const options = {
    page,
    failOn: 'error',
    limitInputPixels: mostPixels,
    ignoreIcc: true,
    sequentialRead: true,
  } as const;
  const { data, info } = await sharp(bytes, options)
    .autoOrient()
    .removeAlpha()
    .toColourspace(space)
    .raw({ depth })
    .toBuffer({ resolveWithObject: true });
  const samples = samplesOf(data, depth);
  const isColour = samples instanceof Uint8Array || samples instanceof Uint16Array;
  if (info.channels < 3 || !isColour) return samples;
  const grey = averageColour(samples, info.channels);
  releaseMemory(samples);
  return grey;
}

/** The decoder's bytes as numbers; copied only where they do not fill a buffer of their own. */
function samplesOf(data: Buffer, depth: Page['depth']): Samples {
  const isAlone = data.byteLength === data.buffer.byteLength;
  const buffer = (isAlone ? data.buffer : Uint8Array.from(data).buffer) as ArrayBuffer;
  switch (depth) {
    case 'uchar':
      return new Uint8Array(buffer);
    case 'char':
      return new Int8Array(buffer);
    case 'ushort':
      return new Uint16Array(buffer);
    case 'uint':
      return new Uint32Array(buffer);
    case 'int':
      return new Int32Array(buffer);
    case 'float':
      return new Float32Array(buffer);
  }
}
