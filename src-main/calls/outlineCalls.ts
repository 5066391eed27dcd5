import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImportedOutlines, SliceOutline } from '../../src-shared/domain/review.ts';
import type { SliceHandle } from '../../src-shared/domain/collection.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import type { SliceRegion } from '../../src-shared/domain/analysis.ts';
import { throwIfCancelled, UserError } from '../../src-shared/errors.ts';
import { fillRings } from '../../src-shared/imaging/fillRings.ts';
import { hashPixels } from '../images/hashPixels.ts';
import { encodePng } from '../images/raster/encodePng.ts';
import { toModelInput } from '../preprocess/toModelInput.ts';
import type { ReviewStore } from '../review/ReviewStore.ts';
import { traceMask } from '../review/traceMask.ts';
import { writeDurably } from '../storage/writeDurably.ts';
import { zipOf, type ZipContent } from '../storage/zipOf.ts';
import { deliverFile } from './deliverFile.ts';
import type { Handlers } from './dispatch.ts';
import type { JobContext } from './Jobs.ts';
import { combinedModelName } from './ModelLibrary.ts';
import { maskOf, readMask } from './outlines.ts';
import type { Parts } from './Parts.ts';
import { headOnSlice, readRegions, regionsJson, ringsOf, sharesOf } from './regions.ts';
import { reportFailure } from './reportFailure.ts';

type OutlineCalls = Pick<
  Handlers,
  | 'saveOutline'
  | 'readOutline'
  | 'importOutlines'
  | 'exportOutlines'
  | 'saveRegion'
  | 'listRegions'
  | 'importRegions'
  | 'exportRegions'
>;

/**
 * Where tumours are: outlines of slices, and regions in which a class's tumours are expected in a plane.
 *
 * @param reviewStore - opens `review.db`
 * @param reader - who sits at the screen
 */
export function outlineCalls(
  { jobs, sources, slices, engine, host }: Parts,
  reviewStore: () => Promise<ReviewStore>,
  reader: () => Promise<string>,
): OutlineCalls {
  const signed = async () => ({ author: await reader(), drawnAt: new Date().toISOString() });

  const headOf = async (slice: Slice): Promise<SliceRegion | null> => {
    const { card } = await engine.models.load(combinedModelName);
    const { values, region } = toModelInput(slice, card);
    return headOnSlice(values, card.architecture.inputSize, region);
  };

  /** Traces one slice's mask. @returns what became of it */
  const take = async (
    { slice: handle, name }: { slice: SliceHandle; name: string },
    masks: string,
    isFolder: boolean,
  ): Promise<'imported' | 'unchanged' | 'without'> => {
    const slice = await slices.readSlice(handle);
    const mask = isFolder
      ? await readMask(masks, name, slice)
      : await maskOf(Uint8Array.from(await readFile(masks)), basename(masks), slice);
    if (mask === null) return 'without';
    const { rows, columns } = slice;
    const store = await reviewStore();
    const picture = hashPixels(slice);
    const known = store.readOutline(picture);
    const isKnown = known !== null && Buffer.from(fillRings(known.rings, known)).equals(Buffer.from(mask));
    if (isKnown) return 'unchanged';
    const rings = traceMask(mask, slice);
    store.saveOutline(picture, { rings, rows, columns, origin: 'imported', ...(await signed()) });
    return 'imported';
  };

  const importOutlines = async (
    masks: string,
    wanted: readonly { slice: SliceHandle; name: string }[],
    { signal, progress }: JobContext,
  ): Promise<ImportedOutlines> => {
    const isFolder = (await stat(masks)).isDirectory();
    if (!isFolder && wanted.length > 1)
      throw new UserError('invalid-input', {
        reason: 'One mask belongs to one slice; several lie in a folder.',
      });
    const count = { imported: 0, unchanged: 0, without: 0 };
    const failures: ImportedOutlines['failures'][number][] = [];
    for (const [done, one] of wanted.entries()) {
      throwIfCancelled(signal);
      try {
        count[await take(one, masks, isFolder)]++;
      } catch (error) {
        if (!isFolder) throw error;
        failures.push({ name: one.name, error: reportFailure(error) });
      }
      progress(done + 1, wanted.length);
    }
    return { ...count, failures };
  };

  return {
    saveOutline: async ({ slice: handle, corners }) => {
      requirePolygon(corners);
      const slice = await slices.readSlice(handle);
      const { rows, columns } = slice;
      const rings = corners.length === 0 ? [] : [corners];
      const outline = { rings, rows, columns, origin: 'drawn', ...(await signed()) } as const;
      return (await reviewStore()).saveOutline(hashPixels(slice), outline);
    },
    readOutline: async ({ slice }) => ({
      outline: (await reviewStore()).readOutline(hashPixels(await slices.readSlice(slice))),
    }),
    importOutlines: ({ masks, slices: wanted }) =>
      Promise.resolve(
        jobs.start<'importOutlines'>((context) => importOutlines(sources.resolve(masks), wanted, context)),
      ),
    exportOutlines: ({ slices: handles }) =>
      Promise.resolve(
        jobs.start<'exportOutlines'>(async ({ signal, progress }) => {
          const store = await reviewStore();
          const masks: { outline: SliceOutline; fileName: string }[] = [];
          for (const [done, handle] of handles.entries()) {
            throwIfCancelled(signal);
            const slice = await slices.readSlice(handle);
            const outline = store.readOutline(hashPixels(slice));
            progress(done + 1, handles.length);
            if (outline !== null) masks.push({ outline, fileName: slice.fileName });
          }
          if (masks.length === 0)
            throw new UserError('invalid-input', { reason: 'None of these slices has an outline.' });
          return deliverFile(host, 'outlines.zip', (path) => writeDurably(path, zipOf(masksOf(masks))));
        }),
      ),
    saveRegion: async ({ slice: handle, corners, ...region }) => {
      requirePolygon(corners);
      const head = corners.length === 0 ? null : await headOf(await slices.readSlice(handle));
      if (corners.length > 0 && head === null)
        throw new UserError('invalid-input', {
          reason: 'No head is found in this slice, so there is nothing to measure a region by.',
        });
      const polygon = head === null ? [] : sharesOf(corners, head);
      (await reviewStore()).saveRegions([{ ...region, polygon, ...(await signed()) }]);
      return {};
    },
    listRegions: async ({ slice: handle }) => {
      const regions = (await reviewStore()).listRegions();
      if (regions.length === 0) return { regions: [] };
      const head = await headOf(await slices.readSlice(handle));
      return {
        regions: regions.map((region) => ({ ...region, rings: head === null ? [] : ringsOf(region, head) })),
      };
    },
    importRegions: async ({ file }) => {
      const regions = await readRegions(sources.resolve(file));
      const by = await signed();
      (await reviewStore()).saveRegions(regions.map((region) => ({ ...region, ...by })));
      return { imported: regions.length };
    },
    exportRegions: () =>
      Promise.resolve(
        jobs.start<'exportRegions'>(async () => {
          const regions = (await reviewStore()).listRegions();
          if (regions.length === 0)
            throw new UserError('invalid-input', { reason: 'No region has been drawn yet.' });
          return deliverFile(host, 'regions.json', (path) => writeDurably(path, [regionsJson(regions)]));
        }),
      ),
  };
}

function requirePolygon({ length }: readonly unknown[]): void {
  if (length > 0 && length < 3)
    throw new UserError('invalid-input', { reason: 'A closed line has three corners or more.' });
}

/** Each outline as a mask of its slice's size: 255 inside. */
async function* masksOf(
  masks: readonly { outline: SliceOutline; fileName: string }[],
): AsyncGenerator<ZipContent> {
  for (const [index, { outline, fileName }] of masks.entries()) {
    const { rows, columns, rings } = outline;
    const mask = Uint8ClampedArray.from(fillRings(rings, outline), (inside) => 255 * inside);
    const number = String(index + 1).padStart(4, '0');
    const name = `${number} ${fileName.replace(/\.[^.]+$/, '')}.png`;
    yield { name, parts: [await encodePng(mask, { rows, columns, channels: 1 })] };
  }
}
