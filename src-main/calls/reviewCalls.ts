import type { reviewCalls as calls } from '../../src-shared/contract/reviewCalls.ts';
import type { SliceHandle } from '../../src-shared/domain/collection.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import type { MeasuredTrust } from '../../src-shared/domain/review.ts';
import { fillRings } from '../../src-shared/imaging/fillRings.ts';
import { measureTrust } from '../explain/trust/measureTrust.ts';
import { RandomisedModels } from '../explain/trust/RandomisedModels.ts';
import { hashPixels } from '../images/hashPixels.ts';
import { figureOfPanels } from '../reports/figureOfPanels.ts';
import { HeatmapCache } from '../review/HeatmapCache.ts';
import { ReviewStore } from '../review/ReviewStore.ts';
import { writeDurably } from '../storage/writeDurably.ts';
import { auditCalls } from './auditCalls.ts';
import { deliverFile } from './deliverFile.ts';
import type { Handlers } from './dispatch.ts';
import type { Parts } from './Parts.ts';
import { insideOf } from './insideOf.ts';
import { mapMakerOf } from './mapMakerOf.ts';
import { outlineCalls } from './outlineCalls.ts';
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
  let openingCache: Promise<HeatmapCache> | null = null;
  const heatmapCache = (): Promise<HeatmapCache> => {
    openingCache ??= HeatmapCache.open(storeFolder);
    openingCache.catch(() => (openingCache = null));
    return openingCache;
  };
  /** The picture's hash, whichever file it came from. */
  const pictureOf = async (handle: SliceHandle): Promise<string> =>
    hashPixels(await slices.readSlice(handle));
  const outlineOf = async (slice: Slice) => {
    const outline = (await reviewStore()).readOutline(hashPixels(slice));
    return outline && fillRings(outline.rings, outline);
  };
  const reader = async (): Promise<string> => (await readSettings(caseStore)).readerName;
  return {
    handlers: {
      ...auditCalls(parts, { outlineOf, regions: async () => (await reviewStore()).listRegions() }),
      ...outlineCalls(parts, reviewStore, reader),
      openReviewSet: ({ sources: handles }) => {
        const paths = handles.map((source) => sources.resolve(source));
        return Promise.resolve(
          jobs.start<'openReviewSet'>(async (context) =>
            openReviewSet(paths, parts, await heatmapCache(), context),
          ),
        );
      },
      explainForReview: ({ slice: handle, ...wanted }) =>
        Promise.resolve(
          jobs.start<'explainForReview'>(async ({ signal }) => {
            const slice = await slices.readSlice(handle);
            const { model, modelFingerprint, probabilities, heatmap } = await mapOfSlice(
              slice,
              wanted,
              engine,
              await heatmapCache(),
              signal,
            );
            return { model, modelFingerprint, probabilities, heatmap };
          }),
        ),
      measureTrust: ({ slice: handle, plane, ...wanted }) =>
        Promise.resolve(
          jobs.start<'measureTrust'>(async ({ signal }): Promise<MeasuredTrust> => {
            const slice = await slices.readSlice(handle);
            const { picture, heatmap } = await mapOfSlice(
              slice,
              wanted,
              engine,
              await heatmapCache(),
              signal,
            );
            const { provider } = await engine.providers.select(picture.model, 'auto', 'batch', signal);
            const { inference } = engine;
            const makeMaps = mapMakerOf(wanted.method, inference, provider);
            const { inputSize } = picture.model.card.architecture;
            const view = { input: picture.input, region: heatmap.region, inputSize };
            const { kind, mask } = insideOf(
              { slice, class: heatmap.class, plane },
              view,
              await outlineOf(slice),
              (await reviewStore()).listRegions(),
            );
            const tools = { inference, provider, makeMaps, randomised, signal };
            return { ...(await measureTrust(picture, mask, tools)), insideOf: kind };
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
      const cache = await openingCache?.catch(() => null);
      cache?.close();
    },
  };
}
