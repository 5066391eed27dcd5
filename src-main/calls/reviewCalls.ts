import type { reviewCalls as calls } from '../../src-shared/contract/reviewCalls.ts';
import type { SliceHandle } from '../../src-shared/domain/collection.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import type { SliceOutline } from '../../src-shared/domain/review.ts';
import type { TrustFigures } from '../../src-shared/domain/trust.ts';
import { throwIfCancelled, UserError } from '../../src-shared/errors.ts';
import { fillPolygon } from '../../src-shared/imaging/fillPolygon.ts';
import { measureTrust } from '../explain/trust/measureTrust.ts';
import { RandomisedModels } from '../explain/trust/RandomisedModels.ts';
import { encodePng } from '../images/raster/encodePng.ts';
import { hashPixels } from '../images/hashPixels.ts';
import { figureOfPanels } from '../reports/figureOfPanels.ts';
import { ReviewStore } from '../review/ReviewStore.ts';
import { writeDurably } from '../storage/writeDurably.ts';
import { zipOf, type ZipContent } from '../storage/zipOf.ts';
import { auditCalls } from './auditCalls.ts';
import { deliverFile } from './deliverFile.ts';
import type { Handlers } from './dispatch.ts';
import type { Parts } from './Parts.ts';
import { outlineInInput } from './outlines.ts';
import { mapMakerOf } from './mapMakerOf.ts';
import { mapOfSlice, openReviewSet } from './reviewSet.ts';
import { readSettings } from './settingsCalls.ts';

/** The calls of the Review place, and what they hold open. */
export interface OpenedReview {
  handlers: Pick<Handlers, keyof typeof calls>;
  close(): Promise<void>;
}

/** Opens `review.db` at the first call that needs it. */
export function openReview(parts: Parts): OpenedReview {
  const { jobs, sources, slices, engine, host, store: caseStore, storeFolder } = parts;
  const randomised = new RandomisedModels();
  let opening: Promise<ReviewStore> | null = null;
  const reviewStore = (): Promise<ReviewStore> => {
    opening ??= ReviewStore.open(storeFolder);
    opening.catch(() => (opening = null));
    return opening;
  };
  /** The picture's hash, whichever file it came from. */
  const pictureOf = async (handle: SliceHandle): Promise<string> =>
    hashPixels(await slices.readSlice(handle));
  const outlineOf = async (handle: SliceHandle) => (await reviewStore()).readOutline(await pictureOf(handle));
  const drawnOutline = async (slice: Slice) => {
    const outline = (await reviewStore()).readOutline(hashPixels(slice));
    return outline && fillPolygon(outline.polygon, outline);
  };
  const reader = async (): Promise<string> => (await readSettings(caseStore)).readerName;
  return {
    handlers: {
      ...auditCalls(parts, drawnOutline),
      openReviewSet: ({ sources: handles }) => {
        const paths = handles.map((source) => sources.resolve(source));
        return Promise.resolve(
          jobs.start<'openReviewSet'>((context) => openReviewSet(paths, parts, context)),
        );
      },
      explainForReview: async ({ slice, ...wanted }) => {
        const { model, modelFingerprint, probabilities, heatmap } = await mapOfSlice(
          await slices.readSlice(slice),
          wanted,
          engine,
        );
        return { model, modelFingerprint, probabilities, heatmap };
      },
      measureTrust: ({ slice: handle, ...wanted }) =>
        Promise.resolve(
          jobs.start<'measureTrust'>(async ({ signal }): Promise<TrustFigures> => {
            const slice = await slices.readSlice(handle);
            const { picture, heatmap } = await mapOfSlice(slice, wanted, engine, signal);
            const { provider } = await engine.providers.select(picture.model, 'auto', 'batch', signal);
            const { inference } = engine;
            const makeMaps = mapMakerOf(wanted.method, inference, provider);
            const drawn = await drawnOutline(slice);
            const { inputSize } = picture.model.card.architecture;
            const outline = drawn && outlineInInput(drawn, slice, inputSize, heatmap.region);
            return measureTrust(picture, outline, { inference, provider, makeMaps, randomised, signal });
          }),
        ),
      recordVerdict: async ({ slice, ...entry }) => {
        const { fingerprint } = await engine.models.load(entry.model);
        const verdict = {
          ...entry,
          modelFingerprint: fingerprint,
          reviewer: await reader(),
          recordedAt: new Date().toISOString(),
        };
        (await reviewStore()).recordVerdict(await pictureOf(slice), verdict);
        return verdict;
      },
      listVerdicts: async ({ slice }) => ({
        verdicts: (await reviewStore()).listVerdicts(await pictureOf(slice)),
      }),
      compareReviewers: async () => ({ agreements: (await reviewStore()).compareReviewers() }),
      saveOutline: async ({ slice: handle, polygon }) => {
        if (polygon.length > 0 && polygon.length < 3)
          throw new UserError('invalid-input', { reason: 'An outline has three corners or more.' });
        const { rows, columns } = await slices.readSlice(handle);
        const outline = { polygon, rows, columns, author: await reader(), drawnAt: new Date().toISOString() };
        return (await reviewStore()).saveOutline(await pictureOf(handle), outline);
      },
      readOutline: async ({ slice }) => ({ outline: await outlineOf(slice) }),
      exportOutlines: ({ slices: handles }) =>
        Promise.resolve(
          jobs.start<'exportOutlines'>(async ({ signal, progress }) => {
            const masks: { outline: SliceOutline; fileName: string }[] = [];
            for (const [done, handle] of handles.entries()) {
              throwIfCancelled(signal);
              const outline = await outlineOf(handle);
              progress(done + 1, handles.length);
              if (outline !== null)
                masks.push({ outline, fileName: (await slices.readSlice(handle)).fileName });
            }
            if (masks.length === 0)
              throw new UserError('invalid-input', { reason: 'None of these slices has an outline.' });
            return deliverFile(host, 'outlines.zip', (path) => writeDurably(path, zipOf(masksOf(masks))));
          }),
        ),
      exportFigure: (figure) =>
        Promise.resolve(
          jobs.start<'exportFigure'>(async () =>
            deliverFile(host, `heatmaps.${figure.format}`, async (path) =>
              writeDurably(path, [await figureOfPanels(figure)]),
            ),
          ),
        ),
    },
    async close() {
      await randomised.close();
      const store = await opening?.catch(() => null);
      store?.close();
    },
  };
}

/** Each outline as a mask of its slice's size: 255 inside. */
async function* masksOf(
  masks: readonly { outline: SliceOutline; fileName: string }[],
): AsyncGenerator<ZipContent> {
  for (const [index, { outline, fileName }] of masks.entries()) {
    const { rows, columns, polygon } = outline;
    const mask = Uint8ClampedArray.from(fillPolygon(polygon, outline), (inside) => 255 * inside);
    const number = String(index + 1).padStart(4, '0');
    const name = `${number} ${fileName.replace(/\.[^.]+$/, '')}.png`;
    yield { name, parts: [await encodePng(mask, { rows, columns, channels: 1 })] };
  }
}
